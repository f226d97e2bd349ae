import { describe, expect, test } from 'vitest';
import { optionTable } from '../../src/config/option-table.ts';
import { parseOptions } from '../../src/config/parse-options.ts';
import type { TableEntry } from '../../src/config/setting.ts';
import { createKeyedHash } from '../../src/crypto/node-keyed-hash.ts';
import { keepUntilRestart } from '../../src/gateway/keep-until-restart.ts';
import type { AuditEvent, GatewayOptions } from '../../src/index.ts';
import { startLocalClerk } from '../../src/local-clerk/index.ts';
import { tokenQuery } from '../support/answer.ts';
import { coprocessorRequest } from '../support/apollo-router.ts';
import { eventOf, newSigningSecret, send, signWebhook } from '../support/clerk-events.ts';
import {
  appOrigin,
  gatewayOrigin,
  type TestGateway,
  useGateways,
  workingOptions,
} from '../support/gateway.ts';
import { signSession } from '../support/tokens.ts';

const world = useGateways();

test('keeps exactly the options that need a restart, and names those that have changed', () => {
  const options = workingOptions(world.clerk);
  const present = parseOptions({ ...options, mode: 'development' });
  const { publishableKey } = options;
  const next = { ...options, apiUrl: 'https://clerk.example.com', now: () => 0, deadline: 500 };
  const { settings, needRestart } = keepUntilRestart(present, next);
  expect(needRestart).toEqual(['apiUrl', 'mode']);
  const { apiUrl, mode, now } = present;
  expect(settings).toMatchObject({ publishableKey, apiUrl, mode, now, deadline: 500 });
});

test('refuses options that are wrong together with the values that stay', () => {
  const options = workingOptions(world.clerk);
  const { authorizedParties: _, ...withoutParties } = options;
  const present = parseOptions({ ...options, authorizedParties: [appOrigin] });
  // In development, every party would be accepted; but the mode stays.
  expect(() => keepUntilRestart(present, { ...withoutParties, mode: 'development' })).toThrow(
    /authorizedParties: /,
  );
});

test('refuses the keys of another Clerk instance', () => {
  const options = workingOptions(world.clerk);
  const present = parseOptions(options);
  const other = { ...options, apiUrl: 'https://clerk.example.com', secretKey: `${world.clerk.secretKey}x` };
  expect(() => keepUntilRestart(present, other)).toThrow(
    /secretKey: a reload cannot change to another Clerk instance/,
  );
});

test('Redis can be moved, but not turned on or off', () => {
  const options = workingOptions(world.clerk);
  const optionsOf = (redisUrl?: string) => ({ ...options, ...(redisUrl ? { redisUrl } : {}) });
  const [one, other] = ['redis://one.example.com', 'redis://two.example.com'];
  const kept = (before?: string, after?: string) => {
    const { settings, needRestart } = keepUntilRestart(parseOptions(optionsOf(before)), optionsOf(after));
    return [settings.redisUrl, needRestart];
  };
  expect(kept(one, other)).toEqual([other, []]);
  expect(kept(one, undefined)).toEqual([one, ['redisUrl']]);
  expect(kept(undefined, one)).toEqual([undefined, ['redisUrl']]);
});

/** A change of one option: two values for it, and a look at a gateway that shows which of them has effect. */
interface Change {
  before: Partial<GatewayOptions>;
  after: Partial<GatewayOptions>;
  look: (gateway: TestGateway) => Promise<unknown>;
  /** What the look shows before and after. */
  shows: readonly [unknown, unknown];
}

const hasura = { template: 'hasura' };

const newSession = () => world.clerk.controls.createSession({ userId: 'user_ada' });

/** Requests a token, by default for a new session of one user. @returns the code of the error; undefined without one */
async function codeOf(gateway: TestGateway, session = newSession(), template = 'hasura') {
  return (await gateway.ask(tokenQuery, { session, variables: { template } })).codes[0];
}

/** Requests tokens of two templates for one new session. @returns the code of the second error; undefined without one */
async function codeOfTwo(gateway: TestGateway) {
  const session = newSession();
  await codeOf(gateway, session);
  return codeOf(gateway, session, 'nhost');
}

/** Requests a token with a session token of this authorized party; `undefined` for none. */
async function codeOfParty(gateway: TestGateway, azp: string | undefined) {
  const bearer = await world.clerk.mintSessionToken('sess_ada', azp === undefined ? {} : { azp });
  return (await gateway.ask(tokenQuery, { bearer, variables: hasura })).codes[0];
}

async function statusOf(gateway: TestGateway, path: string, init: RequestInit): Promise<number> {
  return (await gateway.fetch(new Request(gatewayOrigin + path, init))).status;
}

/** Opens two subscriptions of one session. @returns the number of open ones */
async function subscribeTwice(gateway: TestGateway): Promise<number> {
  const headers = {
    ...{ 'content-type': 'application/json', accept: 'text/event-stream' },
    authorization: `Bearer ${await world.clerk.mintSessionToken('sess_ada')}`,
  };
  const body = JSON.stringify({ query: 'subscription { sessionToken(template: "hasura") { jwt } }' });
  const request = () => new Request(`${gatewayOrigin}/graphql`, { method: 'POST', headers, body });
  const streams = [await gateway.fetch(request()), await gateway.fetch(request())];
  const { subscriptions } = gateway.stats();
  await Promise.all(streams.map(({ body: stream }) => stream?.cancel()));
  await expect.poll(() => gateway.stats().subscriptions).toBe(0);
  return subscriptions;
}

const secrets = [newSigningSecret(), newSigningSecret()] as const;
const routerSecrets = ['a'.repeat(40), 'b'.repeat(40)] as const;
const coprocessorSecret = 'e'.repeat(40);
const otherCoprocessorSecret = 'f'.repeat(40);
const json = { 'content-type': 'application/json' };
const cacheKeys = ['c'.repeat(40), 'd'.repeat(40)] as const;
const audited: (string | undefined)[] = [];
const recordHmac = ({ tokenHmac }: AuditEvent) => void audited.push(tokenHmac);

/** Asks the coprocessor about a request of a signed-in caller to a subgraph. */
async function askCoprocessor(gateway: TestGateway, subgraph: string, secret: string): Promise<Response> {
  const authorization = [`Bearer ${await world.clerk.mintSessionToken('sess_ada')}`];
  const body = JSON.stringify(coprocessorRequest(subgraph, {}, { headers: { authorization } }));
  const url = `${gatewayOrigin}/coprocessor/apollo/${secret}`;
  return gateway.fetch(new Request(url, { method: 'POST', body, headers: json }));
}

/** Returns the headers for a subgraph; `undefined` where they stay as they are. */
async function headersFor(gateway: TestGateway, subgraph: string, secret: string) {
  const answer = await (await askCoprocessor(gateway, subgraph, secret)).json();
  return answer.headers as Record<string, unknown> | undefined;
}

/** Returns those of these subgraphs that receive a token. */
async function receivers(gateway: TestGateway, names: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of names)
    if ((await headersFor(gateway, name, coprocessorSecret))?.authorization) found.push(name);
  return found;
}

/** Requests a token of a Clerk that answers after a quarter of a second. */
async function codeOfSlowMint(gateway: TestGateway) {
  world.clerk.controls.setLatency(250);
  return codeOf(gateway);
}

/** For each option that needs no restart, a change that a reload must bring about. */
const changes: Readonly<Record<string, () => Change | Promise<Change>>> = {
  secretKey: () => ({
    before: {},
    after: { secretKey: `${world.clerk.secretKey}x` },
    look: (gateway) => codeOf(gateway),
    shows: [undefined, 'INTERNAL_SERVER_ERROR'],
  }),
  jwtKey: async () => {
    const other = await startLocalClerk();
    await other.close();
    return {
      before: {},
      after: { jwtKey: other.jwtKey },
      look: (gateway) => codeOf(gateway),
      shows: [undefined, 'UNAUTHENTICATED'],
    };
  },
  authorizedParties: () => ({
    before: { authorizedParties: [appOrigin] },
    after: { authorizedParties: ['https://other.example.com'] },
    look: (gateway) => codeOfParty(gateway, appOrigin),
    shows: [undefined, 'UNAUTHENTICATED'],
  }),
  acceptMissingAzp: () => ({
    before: { authorizedParties: [appOrigin], acceptMissingAzp: true },
    after: { authorizedParties: [appOrigin], acceptMissingAzp: false },
    look: (gateway) => codeOfParty(gateway, undefined),
    shows: [undefined, 'UNAUTHENTICATED'],
  }),
  templates: () => ({
    before: {},
    after: { templates: ['nhost'] },
    look: (gateway) => codeOf(gateway),
    shows: [undefined, 'TEMPLATE_NOT_FOUND'],
  }),
  corsOrigins: () => ({
    before: { corsOrigins: [appOrigin] },
    after: {},
    look: async (gateway) =>
      (await gateway.post('{}', { origin: appOrigin })).headers.get('access-control-allow-origin'),
    shows: [appOrigin, null],
  }),
  requireSession: () => ({
    before: {},
    after: { requireSession: true },
    look: async (gateway) => (await gateway.post(JSON.stringify({ query: '{ session { id } }' }))).status,
    shows: [200, 401],
  }),
  persistedDocuments: () => ({
    before: {},
    after: { persistedDocuments: { 'sha256:one': '{ __typename }' } },
    look: async (gateway) => (await gateway.ask('{ session { id } }', {})).errors.length,
    shows: [0, 1],
  }),
  tokenExchange: () => ({
    before: {},
    after: { tokenExchange: { api: 'hasura' } },
    look: (gateway) => statusOf(gateway, '/token', { method: 'POST' }),
    shows: [404, 415],
  }),
  authenticate: () => ({
    before: {},
    after: { authenticate: () => ({ refused: 'by the host' }) },
    look: (gateway) => codeOf(gateway),
    shows: [undefined, 'UNAUTHENTICATED'],
  }),
  fastPath: () => ({
    before: { fastPath: false },
    after: {},
    async look(gateway) {
      const session = newSession();
      for (let at = 0; at < 5; at += 1) await codeOf(gateway, session);
      return gateway.stats().requests.fastPath > 0;
    },
    shows: [false, true],
  }),
  discovery: () => ({
    before: {},
    after: { discovery: true },
    look: async (gateway) => {
      const query = '{ session { tokenTemplates { name } } }';
      return (await gateway.ask(query, { session: 'sess_ada' })).codes[0];
    },
    shows: ['GRAPHQL_VALIDATION_FAILED', undefined],
  }),
  graphqlEndpoint: () => ({
    before: {},
    after: { graphqlEndpoint: '/other' },
    look: async (gateway) => [
      await statusOf(gateway, '/graphql', { method: 'POST', body: '{}', headers: json }),
      await statusOf(gateway, '/other', { method: 'POST', body: '{}', headers: json }),
    ],
    shows: [
      [200, 404],
      [404, 200],
    ],
  }),
  deadline: () => ({
    before: { deadline: 10_000 },
    after: { deadline: 100 },
    look: codeOfSlowMint,
    shows: [undefined, 'UPSTREAM_UNAVAILABLE'],
  }),
  maxBodyBytes: () => ({
    before: {},
    after: { maxBodyBytes: 10 },
    look: async (gateway) => (await gateway.post(JSON.stringify({ query: '{ __typename }' }))).status,
    shows: [200, 413],
  }),
  webhookSigningSecret: () => ({
    before: { webhookSigningSecret: secrets[0] },
    after: { webhookSigningSecret: secrets[1] },
    async look(gateway) {
      const event = eventOf('user.updated', { id: 'user_other' });
      const statuses: number[] = [];
      for (const secret of secrets) statuses.push((await send(gateway, signWebhook(secret, event))).status);
      return statuses;
    },
    shows: [
      [200, 400],
      [400, 200],
    ],
  }),
  routerSecret: () => ({
    before: { routerSecret: routerSecrets[0] },
    after: { routerSecret: routerSecrets[1] },
    async look(gateway) {
      const counts: number[] = [];
      for (const secret of routerSecrets) {
        const headers = { 'x-mintgate-router-secret': secret };
        counts.push((await gateway.ask('{ _service { sdl } }', { headers })).errors.length);
      }
      return counts;
    },
    shows: [
      [0, 1],
      [1, 0],
    ],
  }),
  subgraphs: () => ({
    before: { coprocessorSecret, subgraphs: { inventory: { template: 'hasura' } } },
    after: { coprocessorSecret, subgraphs: { billing: { template: 'hasura' } } },
    look: (gateway) => receivers(gateway, ['inventory', 'billing']),
    shows: [['inventory'], ['billing']],
  }),
  mintgateSubgraph: () => ({
    before: { coprocessorSecret, subgraphs: { inventory: { template: 'hasura' } } },
    after: {
      ...{ coprocessorSecret, subgraphs: { inventory: { template: 'hasura' } } },
      mintgateSubgraph: 'tokens',
    },
    look: async (gateway) => [
      await headersFor(gateway, 'mintgate', coprocessorSecret),
      await headersFor(gateway, 'tokens', coprocessorSecret),
    ],
    // Its own subgraph keeps the headers that it has: the answer names none.
    shows: [
      [undefined, {}],
      [{}, undefined],
    ],
  }),
  coprocessorSecret: () => ({
    before: { coprocessorSecret, subgraphs: { inventory: { template: 'hasura' } } },
    after: {
      ...{ coprocessorSecret: otherCoprocessorSecret, subgraphs: { inventory: { template: 'hasura' } } },
    },
    async look(gateway) {
      const statuses: number[] = [];
      for (const secret of [coprocessorSecret, otherCoprocessorSecret])
        statuses.push((await askCoprocessor(gateway, 'inventory', secret)).status);
      return statuses;
    },
    shows: [
      [200, 404],
      [404, 200],
    ],
  }),
  cacheKey: () => ({
    before: { cacheKey: cacheKeys[0], audit: recordHmac },
    after: { cacheKey: cacheKeys[1], audit: recordHmac },
    async look(gateway) {
      const { data } = await gateway.ask(tokenQuery, { session: newSession(), variables: hasura });
      const fingerprints = cacheKeys.map((key) => createKeyedHash(key).fingerprint(data.sessionToken.jwt));
      return fingerprints.map((fingerprint) => fingerprint === audited.at(-1));
    },
    shows: [
      [true, false],
      [false, true],
    ],
  }),
  mintBudget: () => ({
    before: { mintBudget: 10_000 },
    after: { mintBudget: 1, userMintShare: 1 },
    look: codeOfTwo,
    shows: [undefined, 'RATE_LIMITED'],
  }),
  mintBudgetShare: () => ({
    before: { mintBudget: 100, mintBudgetShare: 1, userMintShare: 1 },
    after: { mintBudget: 100, mintBudgetShare: 0.01, userMintShare: 1 },
    look: codeOfTwo,
    shows: [undefined, 'RATE_LIMITED'],
  }),
  userMintShare: () => ({
    before: { mintBudget: 3, userMintShare: 0.9 },
    after: { mintBudget: 3, userMintShare: 0.3 },
    // The two mints before count against the new limit of one for each user.
    look: codeOfTwo,
    shows: [undefined, 'RATE_LIMITED'],
  }),
  sessionMintLimit: () => ({
    before: {},
    after: { sessionMintLimit: 1 },
    look: codeOfTwo,
    shows: [undefined, 'RATE_LIMITED'],
  }),
  subscriptionLimit: () => ({
    before: {},
    after: { subscriptionLimit: 1 },
    look: subscribeTwice,
    shows: [2, 1],
  }),
  sessionSubscriptionLimit: () => ({
    before: {},
    after: { sessionSubscriptionLimit: 1 },
    look: subscribeTwice,
    shows: [2, 1],
  }),
  maxStaleAge: () => ({
    before: { templates: { hasura: { maxCacheAge: 1 } } },
    after: { templates: { hasura: { maxCacheAge: 1 } }, maxStaleAge: 0 },
    async look(gateway) {
      const session = newSession();
      await codeOf(gateway, session);
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      world.clerk.controls.answerAlways({ status: 400, body: '{}' });
      return codeOf(gateway, session);
    },
    shows: [undefined, 'UPSTREAM_UNAVAILABLE'],
  }),
  fingerprintIgnore: () => ({
    before: {},
    after: { fingerprintIgnore: ['seen'] },
    async look(gateway) {
      const before = world.mints();
      const session = newSession();
      for (const seen of [1, 2]) {
        const bearer = await signSession(world.clerk, { sid: session, sub: 'user_ada', seen });
        await gateway.ask(tokenQuery, { bearer, variables: hasura });
      }
      return world.mints() - before;
    },
    shows: [2, 1],
  }),
  audit: () => ({
    before: { audit: () => void audited.push('before') },
    after: { audit: () => void audited.push('after') },
    async look(gateway) {
      audited.length = 0;
      await codeOf(gateway);
      return [...new Set(audited)];
    },
    shows: [['before'], ['after']],
  }),
};

describe('every option', () => {
  test('needs a restart, or has a change below', () => {
    const reloaded = Object.entries<TableEntry>(optionTable).filter(
      ([, { restart }]) => restart !== 'always',
    );
    // The change of redisUrl needs Redis: test/gateway/minting.test.ts.
    expect([...Object.keys(changes), 'redisUrl'].toSorted()).toEqual(
      reloaded.map(([name]) => name).toSorted(),
    );
  });

  test.each(Object.keys(changes))('%s takes effect by a reload', async (name) => {
    const change = await changes[name]?.();
    if (change === undefined) throw new Error('expected a change');
    const { before, after, look, shows } = change;
    const options = workingOptions(world.clerk);
    const gateway = world.start({ ...options, ...before });
    const looks = [await look(gateway)];
    world.clerk.controls.reset();
    await gateway.reload({ ...options, ...after });
    looks.push(await look(gateway));
    expect(looks).toEqual(shows);
  });
});
