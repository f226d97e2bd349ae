import fc from 'fast-check';
import { parse, validate } from 'graphql';
import { expect, vi } from 'vitest';
import { schema } from '../../../../src/graphql/schema.ts';
import type { GatewayOptions } from '../../../../src/index.ts';
import { clerkEvents, signWebhook } from '../../../support/clerk-events.ts';
import { type ClerkState, clerkStates } from '../../../support/scripted-clerk.ts';
import { createForge } from '../../../support/tokens.ts';
import { type Ask, bytesOf, plainAsks } from './requests.ts';
import { createCredentials, sendByFetch, sendByWire, toFetch, toWire } from './send.ts';
import { changed, tweakNames } from './tweaks.ts';
import { settle, type Twins, takeReports } from './twins.ts';

/** One step of a sequence. */
export type Step =
  /** Sends a request of the pool, unchanged or changed. */
  | { readonly kind: 'ask'; readonly which: number; readonly tweak: string | undefined }
  | { readonly kind: 'clock'; readonly seconds: number }
  | { readonly kind: 'clerk'; readonly state: ClerkState }
  | { readonly kind: 'webhook'; readonly event: Revoking };

const revoking = ['session of ada', 'user grace', 'role of ada', 'organization acme'] as const;
type Revoking = (typeof revoking)[number];

/** Options of both gateways, requests that recur, and what happens. */
export interface Sequence {
  readonly options: Partial<GatewayOptions>;
  /** Whether the keys of session tokens are fetched. */
  readonly fetchesKeys: boolean;
  readonly persisted: boolean;
  readonly pool: readonly Ask[];
  readonly steps: readonly Step[];
}

const options: fc.Arbitrary<Partial<GatewayOptions>> = fc
  .tuple(
    fc.constantFrom<Partial<GatewayOptions>>({}, {}, { mode: 'development' }),
    fc.constantFrom<Partial<GatewayOptions>>({}, {}, {}, { requireSession: true }),
    fc.constantFrom<Partial<GatewayOptions>>(
      ...[{}, {}, {}, {}, { maxBodyBytes: 400 }, { cacheSize: 2 }, { sessionMintLimit: 2 }],
    ),
    fc.constantFrom<Partial<GatewayOptions>>(
      ...[
        {},
        {},
        { corsOrigins: [] },
        { authorizedParties: ['https://app.example.com'] },
        { maxStaleAge: 61 },
      ],
      { routerSecret: 'a-secret-of-more-than-32-characters' },
    ),
  )
  .map((parts) => Object.assign({}, ...parts));

const ask = (tweak: fc.Arbitrary<string | undefined>) =>
  fc.record({ kind: fc.constant('ask' as const), which: fc.nat({ max: 9 }), tweak });
const clock = (...seconds: number[]) =>
  fc.record({ kind: fc.constant('clock' as const), seconds: fc.constantFrom(...seconds) });
const clerkState = fc.oneof(fc.constant('healthy' as const), fc.constantFrom(...clerkStates));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 28, arbitrary: ask(fc.constant(undefined)) },
  { weight: 8, arbitrary: ask(tweakNames) },
  { weight: 4, arbitrary: clock(0.4, 1, 4, 6, 9, 23, 28) },
  { weight: 2, arbitrary: clock(36, 42, 44.5, 46, 55, 59, 61, 66, 120, 299, 301, 400, 3_600) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('clerk' as const), state: clerkState }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('webhook' as const), event: fc.constantFrom(...revoking) }),
  },
);

export const sequences: fc.Arbitrary<Sequence> = fc.record({
  options,
  fetchesKeys: fc.constantFrom(false, false, true),
  persisted: fc.constantFrom(false, false, false, true),
  pool: fc.array(plainAsks, { minLength: 1, maxLength: 3 }),
  steps: fc.array(step, { minLength: 6, maxLength: 24, size: 'max' }),
});

/** How many requests were sent to each gateway, and how many the fast path has answered. */
export interface Tally {
  sequences: number;
  asked: number;
  fast: number;
}

const wrongForge = createForge();

/** How requests reach the gateways: over sockets, by `fetch`, or by `fetch` in a runtime without Node.js. */
export type Way = 'socket' | 'fetch' | 'fetch at the edge';

/** Plays a sequence on two new gateways. @throws AssertionError at the first difference */
export async function play(twins: Twins, way: Way, sequence: Sequence, tally: Tally): Promise<void> {
  const { pool, persistedDocuments } = persist(sequence);
  const { options, fetchesKeys } = sequence;
  await twins.restart(
    { ...options, ...(persistedDocuments && { persistedDocuments }) },
    {
      fetchesKeys,
      isEdge: way === 'fetch at the edge',
    },
  );
  const credentials = createCredentials(twins.forge, wrongForge);
  const ask = async ({ which, tweak }: Extract<Step, { kind: 'ask' }>) => {
    const request = changed(pool[which % pool.length] as Ask, tweak);
    const answers = await send(twins, way, request, credentials(request));
    if (answers === undefined) return;
    tally.asked += 1;
    await settle(twins);
    expect(answers[0]).toEqual(answers[1]);
  };
  for (const step of sequence.steps) {
    if (step.kind === 'ask') await ask(step);
    else if (step.kind === 'clock') vi.advanceTimersByTime(step.seconds * 1_000);
    else if (step.kind === 'clerk') twins.clerk.state = step.state;
    else await revoke(twins, step.event);
    const [fast, yoga] = twins.both.map(takeReports);
    expect(fast).toEqual(yoga);
  }
  tally.sequences += 1;
  tally.fast += twins.both[0].gateway.stats().requests.fastPath;
}

async function send(twins: Twins, way: Way, ask: Ask, credentials: [string, string][]) {
  const [fast, yoga] = twins.both;
  if (way === 'socket') {
    const wire = toWire(ask, credentials);
    return Promise.all([sendByWire(fast, wire), sendByWire(yoga, wire)]);
  }
  const build = toFetch(ask, credentials);
  return build && Promise.all([sendByFetch(fast, build()), sendByFetch(yoga, build())]);
}

/** Replaces the queries of a pool by the ids of persisted documents. */
function persist({ persisted, pool }: Sequence) {
  if (!persisted) return { pool, persistedDocuments: undefined };
  const persistedDocuments: Record<string, string> = {};
  const withIds = pool.map((ask, at) => {
    const { query, ...params } = JSON.parse(Buffer.from(ask.body, 'latin1').toString());
    // A persisted document must be valid.
    persistedDocuments[`doc${at}`] = isValid(query) ? query : '{ session { id } }';
    return { ...ask, body: bytesOf(JSON.stringify({ ...params, documentId: `doc${at}` })) };
  });
  return { pool: withIds, persistedDocuments };
}

function isValid(query: string): boolean {
  try {
    return validate(schema, parse(query)).length === 0;
  } catch {
    return false;
  }
}

async function revoke({ both, webhookSecret }: Twins, event: Revoking): Promise<void> {
  const events = clerkEvents();
  const body = {
    'session of ada': () => events.session('revoked', 'sess_ada'),
    'user grace': () => events.userDeleted('user_grace'),
    'role of ada': () => events.membership('updated', 'user_ada'),
    'organization acme': () => events.organizationUpdated('org_acme'),
  }[event]();
  const webhook = signWebhook(webhookSecret, body, { id: 'msg_twins' });
  for (const { gateway } of both) {
    const { status } = await gateway.fetch(
      new Request('https://tokens.example.com/webhooks/clerk', { method: 'POST', ...webhook }),
    );
    expect(status).toBe(200);
  }
}
