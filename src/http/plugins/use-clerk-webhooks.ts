import { verifyWebhook } from '@clerk/backend/webhooks';
import type { Plugin } from 'graphql-yoga';
import { HostConfigurationError } from '../../errors.ts';
import type { GatewayLogger } from '../../logging/logger.ts';
import { createRateLimitedLog } from '../../logging/rate-limited-log.ts';
import type { Revocation } from '../../revocation/revocations.ts';
import { type ClerkEvent, revocationsOf } from '../../revocation/webhook-event.ts';
import { bodyConsumed, hasParsedBodyOnly, type NodeRequest } from '../body/host-body.ts';
import { BodyError, readBody } from '../body/read-body.ts';
import { endpoints } from '../endpoints.ts';
import { jsonResponse } from '../json-response.ts';
import { pathOf } from '../path.ts';
import { unexpectedErrorResponse } from '../unexpected-error-response.ts';

interface ClerkWebhooksOptions {
  /** Returns the present signing secrets of the endpoint (`whsec_...`). A webhook may be signed with any of them. */
  signingSecrets: () => readonly string[];
  /** Stores revocations for all instances. @throws if they are not stored where other instances read them */
  revoke: (revocations: readonly Revocation[]) => Promise<void>;
  log: Pick<GatewayLogger, 'info' | 'warn' | 'error'>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Largest webhook, in bytes: a user with all its metadata is far smaller. */
const maxBytes = 262_144;

const bodyParsed =
  'The host has parsed the body of this webhook, so that its signature cannot be checked: mount the gateway before the body parser, exclude its path there, or let the parser keep the bytes as rawBody.';

const webhookRefused = 'webhook refused: check CLERK_WEBHOOK_SIGNING_SECRET and the clock of this machine';
const notStored =
  'webhook not accepted: Redis has not stored the revocations, so Clerk must deliver it again';
const badSignature =
  'The webhook has no valid signature, or its timestamp is too old: check the signing secret of the endpoint.';

/** Svix' headers: the signature, and the two values that it covers beside the body. */
const signedHeaders = ['svix-id', 'svix-timestamp', 'svix-signature'];

interface Receiver extends ClerkWebhooksOptions {
  // At most once a minute: clients without credentials can cause these lines.
  readonly warnRefused: () => void;
  readonly reportParsed: () => void;
  readonly reportConsumed: () => void;
}

/** Receives Clerk's webhooks. It answers 2xx once every instance refuses what the webhook revokes. */
export function useClerkWebhooks(options: ClerkWebhooksOptions): Plugin {
  const { log } = options;
  const receiver: Receiver = {
    ...options,
    warnRefused: createRateLimitedLog((fields) => log.warn(fields, webhookRefused)),
    reportParsed: createRateLimitedLog((fields) => log.error(fields, bodyParsed)),
    reportConsumed: createRateLimitedLog((fields) => log.error(fields, bodyConsumed)),
  };
  return {
    // Synchronous for all other requests, so that Yoga does not wait for a promise.
    onRequest({ request, serverContext, endResponse }) {
      if (pathOf(request.url) !== endpoints.webhooks) return undefined;
      if (request.method === 'POST')
        return receive(receiver, request, serverContext)
          .catch((error) => unexpectedErrorResponse(log, request, error))
          .then(endResponse);
      return endResponse(jsonResponse(405, { error: 'Webhooks must use POST.' }, { allow: 'POST' }));
    },
  };
}

async function receive(receiver: Receiver, request: Request, serverContext: object): Promise<Response> {
  // A body without a signature is not read.
  if (!signedHeaders.every((name) => request.headers.get(name))) return refuse(receiver);
  if (hasParsedBodyOnly((serverContext as { req?: NodeRequest }).req ?? {})) {
    receiver.reportParsed();
    return jsonResponse(500, { error: bodyParsed });
  }
  let body: string;
  try {
    body = await readBody(request, serverContext, maxBytes);
  } catch (error) {
    return bodyErrorResponse(receiver, error);
  }
  const verified = await verifyEvent(receiver, request, body);
  return verified === undefined ? refuse(receiver) : revokeBy(receiver, verified);
}

function refuse({ warnRefused }: Receiver): Response {
  warnRefused();
  return jsonResponse(400, { error: badSignature });
}

function bodyErrorResponse({ reportConsumed }: Receiver, error: unknown): Response {
  if (error instanceof BodyError) return jsonResponse(error.status, { error: error.message });
  if (!(error instanceof HostConfigurationError)) throw error;
  reportConsumed();
  return jsonResponse(500, { error: error.message });
}

/** A webhook with a valid signature. */
interface VerifiedEvent {
  readonly event: ClerkEvent;
  /** The entry of the secret that has signed it, from 1; `undefined` where there is one secret only. */
  readonly entry: number | undefined;
}

/** Returns the event of a webhook, or `undefined` if its signature or its time is wrong. */
async function verifyEvent(
  { signingSecrets: presentSecrets }: Receiver,
  { url, headers }: Request,
  body: string,
): Promise<VerifiedEvent | undefined> {
  const signingSecrets = presentSecrets();
  const signed = new Headers();
  for (const name of signedHeaders) signed.set(name, headers.get(name) ?? '');
  // Tries every secret, so that timing does not reveal the match.
  const events = await Promise.all(
    signingSecrets.map((signingSecret) =>
      verifyUnder(signingSecret, new Request(url, { method: 'POST', headers: signed, body })),
    ),
  );
  const at = events.findIndex((event) => event !== undefined);
  const event = events[at];
  return event && { event, entry: signingSecrets.length > 1 ? at + 1 : undefined };
}

async function verifyUnder(signingSecret: string, request: Request): Promise<ClerkEvent | undefined> {
  try {
    const event: ClerkEvent = await verifyWebhook(request, { signingSecret });
    return typeof event.type === 'string' ? event : undefined;
  } catch {
    return undefined;
  }
}

async function revokeBy({ revoke, log, now }: Receiver, { event, entry }: VerifiedEvent): Promise<Response> {
  const revocations = revocationsOf(event, now() / 1000);
  try {
    await revoke(revocations);
  } catch {
    log.warn({ type: event.type }, notStored);
    const error = 'The revocations are not stored: deliver the webhook again.';
    return jsonResponse(503, { error }, { 'retry-after': '5' });
  }
  log.info({ type: event.type, revocations: revocations.length, ...(entry && { entry }) }, 'webhook');
  return jsonResponse(200, { received: true });
}
