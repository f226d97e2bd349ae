import { type TestContext, test } from 'vitest';
import { hasuraSubscriptions } from '../hasura-subscriptions.ts';
import { startFakeHasura } from './fake-hasura.ts';
import { startShortTokens } from './short-tokens.ts';

/** Starts a subscription to Hasura with tokens that live for seconds. @param before - runs before it starts */
async function start(
  { onTestFinished }: TestContext,
  seconds: number,
  before: (gateway: Awaited<ReturnType<typeof startShortTokens>>['gateway']) => void = () => {},
) {
  const atEnd = (cleanUp: () => unknown) => onTestFinished(async () => void (await cleanUp()));
  const { gateway, source } = await startShortTokens(seconds, atEnd);
  const hasura = await startFakeHasura(gateway.verify, atEnd);
  before(gateway);
  const reported: unknown[] = [];
  source.subscribe(({ error }) => reported.push(error?.code));
  const client = hasuraSubscriptions(hasura.url, source);
  onTestFinished(() => void client.dispose());
  const users: unknown[] = [];
  const ends: unknown[] = [];
  const unsubscribe = client.subscribe<{ user: string }, unknown>(
    { query: 'subscription { user }' },
    {
      next: ({ data }) => users.push(data?.user),
      error: (error) => ends.push(error),
      complete: () => ends.push('complete'),
    },
  );
  onTestFinished(unsubscribe);
  /** Resolves when new results have arrived. */
  const moreResults = async (expect: TestContext['expect']) => {
    const { length } = users;
    await expect.poll(() => users.length, { timeout: 20_000 }).toBeGreaterThan(length + 2);
  };
  return {
    gateway,
    source,
    hasura,
    seen: hasura.seen,
    reported,
    client,
    users,
    ends,
    unsubscribe,
    moreResults,
  };
}

/** Longer than the delay before a subscription restarts, in milliseconds. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 1500));

test.concurrent('reconnects with each new token before the old one expires, and the subscription continues', async (context) => {
  const { expect } = context;
  const { gateway, seen, users, ends, moreResults } = await start(context, 6);
  await expect.poll(() => seen.connections.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(4);
  await moreResults(expect);
  expect(new Set(seen.connections).size).toBe(seen.connections.length);
  expect(seen).toMatchObject({ expired: 0, open: 1 });
  expect(ends).toEqual([]);
  expect(new Set(users)).toEqual(new Set(['ada']));
  // It does not use forced tokens.
  expect(gateway.requested).not.toContain(true);
});

test.concurrent('continues during a 503 of Clerk at a renewal', async (context) => {
  const { expect } = context;
  const { gateway, seen, reported, ends, moreResults } = await start(context, 12);
  await expect.poll(() => seen.connections).toHaveLength(1);
  gateway.refuse = () => ({ code: 'UPSTREAM_UNAVAILABLE' });
  await expect.poll(() => reported, { timeout: 20_000 }).toContain('UPSTREAM_UNAVAILABLE');
  gateway.refuse = () => undefined;
  await expect.poll(() => seen.connections).toHaveLength(2);
  await moreResults(expect);
  expect(seen.expired).toBe(0);
  expect(ends).toEqual([]);
});

test.concurrent('continues during a restart of the gateway at a renewal', async (context) => {
  const { expect } = context;
  const { gateway, seen, reported, ends, moreResults } = await start(context, 12);
  await expect.poll(() => seen.connections).toHaveLength(1);
  await gateway.goDown();
  await expect.poll(() => reported, { timeout: 20_000 }).toContain('NETWORK_ERROR');
  await gateway.comeBack();
  await expect.poll(() => seen.connections).toHaveLength(2);
  await moreResults(expect);
  expect(seen.expired).toBe(0);
  expect(ends).toEqual([]);
});

test.concurrent('continues after an outage that was longer than the life of the token', async (context) => {
  const { expect } = context;
  const { gateway, seen, ends, moreResults } = await start(context, 3);
  await expect.poll(() => seen.connections).toHaveLength(1);
  gateway.refuse = () => ({ code: 'UPSTREAM_UNAVAILABLE' });
  await expect.poll(() => seen.expired, { timeout: 20_000 }).toBe(1);
  const before = gateway.requested.length;
  await expect.poll(() => gateway.requested.length, { timeout: 20_000 }).toBeGreaterThan(before);
  gateway.refuse = () => undefined;
  await moreResults(expect);
  expect(ends).toEqual([]);
});

test.concurrent.for([
  ['a 503 of Clerk', () => ({ code: 'UPSTREAM_UNAVAILABLE' })],
  ['the limit of the session', () => ({ code: 'RATE_LIMITED', retryAfter: 1 })],
] as const)('begins after %s, when there was no token', async ([_what, refuse], context) => {
  const { expect } = context;
  const { gateway, reported, ends, seen, moreResults } = await start(context, 60, (before) => {
    before.refuse = refuse;
  });
  await expect.poll(() => reported.length).toBeGreaterThan(0);
  expect(seen.connections).toEqual([]);
  gateway.refuse = () => undefined;
  await moreResults(expect);
  expect(ends).toEqual([]);
});

test.concurrent('continues after a restart of Hasura', async (context) => {
  const { expect } = context;
  const { hasura, seen, ends, moreResults } = await start(context, 60);
  await moreResults(expect);
  await hasura.goDown();
  await expect.poll(() => seen.open).toBe(0);
  await hasura.comeBack();
  await moreResults(expect);
  expect(ends).toEqual([]);
});

test.concurrent('gets the results of the next user after a switch, and ends with the error of Hasura after a sign-out', async (context) => {
  const { expect } = context;
  const { gateway, source, users, ends, moreResults } = await start(context, 60);
  await moreResults(expect);
  gateway.user = 'grace';
  await source.getToken();
  await expect.poll(() => users.at(-1)).toBe('grace');
  gateway.user = null;
  await source.getToken();
  await expect.poll(() => ends).toMatchObject([{ code: 4400 }]);
});

test.concurrent('ends with the code of the gateway when the policy refuses the caller', async (context) => {
  const { expect } = context;
  const { ends, seen } = await start(context, 60, (gateway) => {
    gateway.refuse = () => ({ code: 'FORBIDDEN' });
  });
  await expect.poll(() => ends).toMatchObject([{ name: 'TokenError', code: 'FORBIDDEN' }]);
  expect(seen.connections).toEqual([]);
});

test.concurrent('leaves nothing open when it is ended', async (context) => {
  const { expect } = context;
  const { gateway, seen, ends, unsubscribe, moreResults } = await start(context, 4);
  await moreResults(expect);
  unsubscribe();
  await expect.poll(() => seen.open).toBe(0);
  expect(ends).toEqual(['complete']);
  expect(gateway.requested).toHaveLength(1);
});

test.concurrent('leaves nothing open when it ends while it waits to restart', async (context) => {
  const { expect } = context;
  const { gateway, seen, ends, unsubscribe } = await start(context, 3);
  await expect.poll(() => seen.connections).toHaveLength(1);
  gateway.refuse = () => ({ code: 'UPSTREAM_UNAVAILABLE' });
  await expect.poll(() => seen, { timeout: 20_000 }).toMatchObject({ expired: 1, open: 0 });
  unsubscribe();
  unsubscribe();
  await aWhile();
  expect(seen).toMatchObject({ open: 0, connections: ['1'] });
  expect(ends).toEqual(['complete']);
});
