import { verifyWebhook } from '@clerk/backend/webhooks';
import type { Plugin } from 'graphql-yoga';
import { HostConfigurationError } from '../../errors.ts';
import type { GatewayLogger } from '../../logging/logger.ts';
import { onceAMinute } from '../../logging/once-a-minute.ts';
import type { Revocation } from '../../revocation/revocations.ts';
import { type ClerkEvent, revocationsOf } from '../../revocation/webhook-event.ts';
import { isParsedOnly, type NodeRequest, readByHost } from '../body/host-body.ts';
import { BodyError, readBody } from '../body/read-body.ts';
import { endpoints } from '../endpoints.ts';
import { jsonResponse } from '../json-response.ts';
import { pathOf } from '../path.ts';

export interface ClerkWebhooksOptions {
  /** The endpoint's signing secret (`whsec_...`). */
  signingSecret: string;
  /** Takes revocations back everywhere. @throws when other instances cannot learn of them */
  revoke: (revocations: readonly Revocation[]) => Promise<void>;
  log: Pick<GatewayLogger, 'info' | 'warn' | 'error'>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Largest webhook, in bytes: a user with all its metadata stays far below. */
const maxBytes = 262_144;

const parsedByHost =
  'The server around the gateway has parsed the body of this webhook, so that its signature cannot be checked: mount the gateway before the body parser, leave its path out there, or have the parser keep the bytes as rawBody.';

const refusedWebhook = 'webhook refused: check CLERK_WEBHOOK_SIGNING_SECRET and the clock of this machine';

/** What Svix signs with, and what it signs beside the body. */
const signedHeaders = ['svix-id', 'svix-timestamp', 'svix-signature'];

/** Receives Clerk's webhooks. An answer of 2xx says that every instance refuses from now on what was revoked. */
export function useClerkWebhooks({ signingSecret, revoke, log, now }: ClerkWebhooksOptions): Plugin {
  // Clients without credentials can cause these lines.
  const warnRefused = onceAMinute((fields) => log.warn(fields, refusedWebhook));
  const reportParsed = onceAMinute((fields) => log.error(fields, parsedByHost));
  const reportUnreadable = onceAMinute((fields) => log.error(fields, readByHost));

  async function receive(request: Request, serverContext: object): Promise<Response> {
    // What nobody has signed is not worth reading.
    if (!signedHeaders.every((name) => request.headers.get(name))) return refuse();
    if (isParsedOnly((serverContext as { req?: NodeRequest }).req ?? {})) {
      reportParsed();
      return jsonResponse(500, { error: parsedByHost });
    }
    let body: string;
    try {
      body = await readBody(request, serverContext, maxBytes);
    } catch (error) {
      if (error instanceof BodyError) return jsonResponse(error.status, { error: error.message });
      if (!(error instanceof HostConfigurationError)) throw error;
      reportUnreadable();
      return jsonResponse(500, { error: error.message });
    }
    const event = await verified(request, body);
    if (event === undefined) return refuse();
    const revocations = revocationsOf(event, now() / 1000);
    try {
      await revoke(revocations);
    } catch {
      log.warn(
        { type: event.type },
        'webhook not taken: Redis has not stored it, so that Clerk must deliver it again',
      );
      return jsonResponse(503, { error: 'Deliver it again.' }, { 'retry-after': '5' });
    }
    log.info({ type: event.type, revocations: revocations.length }, 'webhook');
    return jsonResponse(200, { received: true });
  }

  function refuse(): Response {
    warnRefused();
    return jsonResponse(400, { error: 'Not a webhook of this endpoint, or too old.' });
  }

  async function verified({ url, headers }: Request, body: string): Promise<ClerkEvent | undefined> {
    const signed = new Headers();
    for (const name of signedHeaders) signed.set(name, headers.get(name) ?? '');
    try {
      const request = new Request(url, { method: 'POST', headers: signed, body });
      const event: ClerkEvent = await verifyWebhook(request, { signingSecret });
      return typeof event.type === 'string' ? event : undefined;
    } catch {
      return undefined;
    }
  }

  return {
    // No promise for the requests that are no webhooks: Yoga goes on at once.
    onRequest({ request, serverContext, endResponse }) {
      if (pathOf(request.url) !== endpoints.webhooks) return undefined;
      if (request.method === 'POST') return receive(request, serverContext).then(endResponse);
      return endResponse(jsonResponse(405, { error: 'Only POST.' }, { allow: 'POST' }));
    },
  };
}
