import type { Readings } from '../telemetry/readings.ts';

/** A value with its attributes. */
export interface Point {
  readonly value: number;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** An instrument, as docs/metrics.md describes it. */
interface Described {
  readonly name: string;
  /** The unit, by UCUM. */
  readonly unit: string;
  readonly description: string;
  /** The bound of each attribute: every value that it may have. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** An instrument that is recorded where something happens. */
export interface RecordedInstrument extends Described {
  readonly kind: 'counter' | 'histogram';
  /** The upper bounds of the buckets of a histogram. */
  readonly buckets?: readonly number[];
}

/** An instrument that is read at each collection. */
export interface ObservedInstrument extends Described {
  readonly kind: 'observable counter' | 'observable gauge' | 'observable up-down counter';
  /** Returns the values of one gateway. */
  readonly read: (readings: Readings) => readonly Point[];
  /** How the values of several gateways in one process become one. @default 'sum' */
  readonly combine?: 'sum' | 'min' | 'max';
}

/** The buckets of OpenTelemetry's conventions for requests, with finer ones below: a hit takes less than 1 ms. */
const requestBuckets = [
  ...[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25],
  ...[0.5, 0.75, 1, 2.5, 5, 7.5, 10],
];
const ageBuckets = [1, 5, 10, 20, 30, 40, 45, 50, 60, 120, 300, 600, 1_800, 3_600];
const timeLeftBuckets = [5, 10, 20, 30, 45, 60, 120, 300, 600, 1_800, 3_600];
const queueBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5];
const revocationBuckets = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600];

const template = { 'mintgate.template': 'the names of the configured templates, and `other`' };
const errorType = {
  'error.type': 'a status of 400 and above, `deadline` or `unavailable`; missing for a success',
};

/** The instruments that are recorded where something happens. */
export const recordedInstruments = {
  httpServerDuration: {
    name: 'http.server.request.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Time from the arrival of an HTTP request until its answer was ready.',
    attributes: {
      'http.request.method': 'the methods that HTTP defines, and `_OTHER`',
      'http.route': "the gateway's paths; missing for every other path",
      'http.response.status_code': 'the statuses that the gateway answers',
      'url.scheme': '`http`, `https`',
      'error.type': 'the status, if it is 500 or above',
    },
    buckets: requestBuckets,
  },
  graphqlServerDuration: {
    name: 'graphql.server.request.duration',
    kind: 'histogram',
    unit: 's',
    description:
      'Experimental. Time of GraphQL requests whose operation GraphQL Yoga has executed; the fast path executes none. For a subscription: the time to open it.',
    attributes: {
      'graphql.operation.type': '`query`, `mutation`, `subscription`',
      'graphql.operation.name': 'the names in the persisted documents; missing without them',
      'error.type': 'the codes of [Errors](errors.md), and `_OTHER`; missing for an answer without errors',
    },
    buckets: requestBuckets,
  },
  httpClientDuration: {
    name: 'http.client.request.duration',
    kind: 'histogram',
    unit: 's',
    description: "Time of calls to Clerk's Backend API, each retry by itself.",
    attributes: {
      'http.request.method': '`GET`, `POST`',
      'server.address': "the host of Clerk's Backend API",
      'server.port': 'its port',
      'url.template': '`/v1/sessions/{session_id}/tokens/{template_name}`, `/v1/jwks`, `/v1/jwt_templates`',
      'http.response.status_code': 'the statuses that Clerk answers; missing without an answer',
      ...errorType,
    },
    buckets: requestBuckets,
  },
  mints: {
    name: 'mintgate.mints',
    kind: 'counter',
    unit: '{mint}',
    description: 'Mints, retries not counted, and mints that a limit has refused.',
    attributes: {
      ...template,
      'mintgate.mint.outcome':
        '`minted`, or the [kind of the failure](troubleshooting.md#refusals-in-the-statistics), such as `throttled` or `budget`',
    },
  },
  tokenAge: {
    name: 'mintgate.token.age',
    kind: 'histogram',
    unit: 's',
    description: 'Age of a held token when a new one replaces it.',
    attributes: template,
    buckets: ageBuckets,
  },
  tokenTimeLeft: {
    name: 'mintgate.token.time_left',
    kind: 'histogram',
    unit: 's',
    description: 'Time until a token expires, when it has been minted.',
    attributes: template,
    buckets: timeLeftBuckets,
  },
  queueWait: {
    name: 'mintgate.mint_queue.wait',
    kind: 'histogram',
    unit: 's',
    description:
      'Time for which a mint has waited for the budget. Mints that need not wait are not recorded.',
    attributes: {},
    buckets: queueBuckets,
  },
  revocations: {
    name: 'mintgate.revocations',
    kind: 'counter',
    unit: '{revocation}',
    description: 'Revocations that have taken effect in this process.',
    attributes: {
      'mintgate.revocation.effect': '`refuse`, `drop`',
      'mintgate.revocation.target': '`session`, `user`, `organization`',
      'mintgate.revocation.source': '`webhook`, `redis`; `clerk` for a session that Clerk reports as ended',
    },
  },
  revocationDelay: {
    name: 'mintgate.revocation.delay',
    kind: 'histogram',
    unit: 's',
    description: 'Time from an event at Clerk until its revocation takes effect in this process.',
    attributes: { 'mintgate.revocation.source': '`webhook`, `redis`' },
    buckets: revocationBuckets,
  },
} as const satisfies Record<string, RecordedInstrument>;

export type RecordedName = keyof typeof recordedInstruments;

/** The instruments that are read at each collection. */
export const observedInstruments: readonly ObservedInstrument[] = [
  {
    name: 'mintgate.requests',
    kind: 'observable counter',
    unit: '{request}',
    description: 'Answered GraphQL requests, by path: fast path or GraphQL Yoga.',
    attributes: { 'mintgate.path': '`fast`, `yoga`' },
    read: ({ requests }) => pointsOf('mintgate.path', requests),
  },
  {
    name: 'mintgate.authentications',
    kind: 'observable counter',
    unit: '{authentication}',
    description: 'Authenticated requests, by outcome.',
    attributes: { 'mintgate.outcome': '`authenticated`, `anonymous`, `refused`, `unavailable`' },
    read: ({ authentications }) => pointsOf('mintgate.outcome', authentications),
  },
  {
    name: 'mintgate.cache.lookups',
    kind: 'observable counter',
    unit: '{lookup}',
    description:
      'Searches for a held token, by result. `stale`: no new token could be minted. `shared`: the token was in Redis.',
    attributes: { 'mintgate.cache.result': '`fresh`, `revalidated`, `stale`, `shared`, `miss`' },
    read: ({ lookups }) => pointsOf('mintgate.cache.result', lookups),
  },
  {
    name: 'mintgate.refusals',
    kind: 'observable counter',
    unit: '{refusal}',
    description: 'Refused requests for a token, by reason.',
    attributes: {
      'mintgate.refusal.reason':
        'the reasons in [Refusals in the statistics](troubleshooting.md#refusals-in-the-statistics)',
    },
    read: ({ refusals }) => pointsOf('mintgate.refusal.reason', refusals),
  },
  {
    name: 'mintgate.tokens.held',
    kind: 'observable gauge',
    unit: '{token}',
    description: 'Tokens in memory. Expired ones count until they are replaced or evicted.',
    attributes: {},
    read: ({ tokensHeld }) => [{ value: tokensHeld }],
  },
  {
    name: 'mintgate.mint_budget.used',
    kind: 'observable gauge',
    unit: '{mint}',
    description: 'Mints within the last 10 s, as this process last knew it: of all instances with Redis.',
    attributes: {},
    read: ({ mintBudget }) => [{ value: mintBudget.used }],
  },
  {
    name: 'mintgate.mint_budget.limit',
    kind: 'observable gauge',
    unit: '{mint}',
    description:
      'Mints that are allowed within 10 s: of all instances with Redis; without it, the share of this process.',
    attributes: {},
    read: ({ mintBudget }) => [{ value: mintBudget.limit }],
  },
  {
    name: 'mintgate.circuit_breaker.state',
    kind: 'observable gauge',
    unit: '1',
    description: '1 for the present state of the circuit breaker, 0 for the others.',
    attributes: { 'mintgate.circuit_breaker.state': '`closed`, `open`, `half_open`' },
    read: ({ circuitBreaker }) =>
      (['closed', 'open', 'half-open'] as const).map((state) => ({
        value: state === circuitBreaker ? 1 : 0,
        attributes: { 'mintgate.circuit_breaker.state': state.replace('-', '_') },
      })),
    combine: 'max',
  },
  {
    name: 'mintgate.throttle.remaining',
    kind: 'observable gauge',
    unit: 's',
    description: "Time for which Clerk's `Retry-After` still stops mints; 0 while Clerk does not throttle.",
    attributes: {},
    read: ({ throttleRemainingMs }) => [{ value: throttleRemainingMs / 1000 }],
    combine: 'max',
  },
  {
    name: 'mintgate.mint_queue.length',
    kind: 'observable gauge',
    unit: '{mint}',
    description: 'Mints that wait for the budget.',
    attributes: {},
    read: ({ mintQueueLength }) => [{ value: mintQueueLength }],
  },
  {
    name: 'mintgate.secret_key.accepted',
    kind: 'observable gauge',
    unit: '1',
    description:
      '1 if Clerk accepts the secret key that mints, 0 if it refuses every entry of the list; missing while that is unknown.',
    attributes: {},
    read: ({ isSecretKeyAccepted }) => flag(isSecretKeyAccepted),
    combine: 'min',
  },
  {
    name: 'mintgate.ready',
    kind: 'observable gauge',
    unit: '1',
    description:
      '1 if `/ready` would answer 200, else 0, as found since the collection before; missing at the first one.',
    attributes: {},
    read: ({ isReady }) => flag(isReady),
    combine: 'min',
  },
  {
    name: 'mintgate.redis.commands',
    kind: 'observable counter',
    unit: '{command}',
    description: 'Commands to Redis, by result. `unavailable`: not sent, because Redis was away.',
    attributes: { 'mintgate.redis.result': '`ok`, `timeout`, `unavailable`, `error`' },
    read: ({ redisCommands, isRedisConnected }) =>
      isRedisConnected === undefined ? [] : pointsOf('mintgate.redis.result', redisCommands),
  },
  {
    name: 'mintgate.redis.connected',
    kind: 'observable gauge',
    unit: '1',
    description: '1 while Redis is connected and accepts writes, else 0; missing without Redis.',
    attributes: {},
    read: ({ isRedisConnected }) => flag(isRedisConnected),
    combine: 'min',
  },
  {
    name: 'mintgate.config.reloads',
    kind: 'observable counter',
    unit: '{reload}',
    description: 'Reloads of the configuration, by outcome.',
    attributes: { 'mintgate.reload.outcome': '`applied`, `refused`' },
    read: ({ reloads }) => pointsOf('mintgate.reload.outcome', reloads),
  },
  {
    name: 'graphql.server.active_requests',
    kind: 'observable up-down counter',
    unit: '{request}',
    description: 'Experimental. GraphQL requests that GraphQL Yoga has not answered yet.',
    attributes: {},
    read: ({ activeRequests }) => [{ value: activeRequests }],
  },
  {
    name: 'graphql.server.subscription.active',
    kind: 'observable up-down counter',
    unit: '{subscription}',
    description: 'Experimental. Open subscriptions.',
    attributes: {},
    read: ({ subscriptions }) => [{ value: subscriptions }],
  },
];

function pointsOf(attribute: string, counts: Readonly<Record<string, number>>): Point[] {
  return Object.entries(counts).map(([name, value]) => ({ value, attributes: { [attribute]: name } }));
}

/** Returns 1 or 0; no value while it is unknown. */
function flag(value: boolean | undefined): Point[] {
  return value === undefined ? [] : [{ value: value ? 1 : 0 }];
}
