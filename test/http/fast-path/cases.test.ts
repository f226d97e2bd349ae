import { describe, expect, test, vi } from 'vitest';
import { clerkEvents, signWebhook } from '../../support/clerk-events.ts';
import type { Ask } from './twins/requests.ts';
import { hasura, useTwins, valuesOf } from './twins/use-twins.ts';

const pair = useTwins();
const { ask, restart, expectEqualReports } = pair;

test('X22 the second and the third of equal requests are answered by the fast path, without fastPath none', async () => {
  const ways = [];
  for (let at = 0; at < 3; at += 1) ways.push((await ask(hasura)).isFast);
  expect(ways).toEqual([false, true, true]);
  expect(pair.twins.both.map(({ gateway }) => gateway.stats().requests)).toEqual([
    { fastPath: 2, yoga: 1 },
    { fastPath: 0, yoga: 3 },
  ]);
});

test('X22 each gateway answers a known text by its own options', async () => {
  const headers: Ask['headers'] = [
    ['content-type', 'application/json'],
    ['origin', 'https://app.example.com'],
  ];
  const origins = [];
  for (const corsOrigins of [['https://app.example.com'], []]) {
    await restart({ corsOrigins });
    await ask(hasura, { headers });
    const again = await ask(hasura, { headers });
    expect(again.isFast).toBe(true);
    origins.push(valuesOf(again, 'access-control-allow-origin'));
  }
  expect(origins).toEqual([['https://app.example.com'], []]);
});

test('X22 the operationName chooses one of two known operations', async () => {
  const query = `query A ${hasura} query B { session { id } }`;
  for (let at = 0; at < 2; at += 1) {
    for (const operationName of ['A', 'B']) {
      const { text, isFast, logged } = await ask({ query, operationName });
      expect([text.includes('eyJ'), isFast]).toEqual([operationName === 'A', at === 1]);
      expect(logged).toMatchObject([['info', { operation: operationName }, 'graphql']]);
    }
  }
  expect((await ask({ query })).statusLine).toBe('HTTP/1.1 400 Bad Request');
  expect((await ask({ query, operationName: 'C' })).isFast).toBe(false);
});

test('X22 T04 a known operation is refused to another caller, and to one that has lost its role', async () => {
  const query = '{ sessionToken(template: "reports") { jwt } }';
  await ask(query, { caller: 'ada of acme' });
  expect((await ask(query, { caller: 'ada of acme' })).isFast).toBe(true);
  for (const caller of ['grace of acme', 'ada', 'none', 'expired', 'forged', 'pending'] as const) {
    const { isFast, text } = await ask(query, { caller });
    expect([caller, isFast]).toEqual([caller, false]);
    expect(text).toMatch(/FORBIDDEN|UNAUTHENTICATED/);
  }
});

test.each([hasura, '{ session { id } }'])(
  'X22 R02 a webhook revokes between two equal requests %s',
  async (query) => {
    await ask(query);
    expect((await ask(query)).isFast).toBe(true);
    const webhook = signWebhook(pair.twins.webhookSecret, clerkEvents().session('revoked', 'sess_ada'), {
      id: 'msg_1',
    });
    for (const { gateway } of pair.twins.both) {
      const request = new Request('https://tokens.example.com/webhooks/clerk', {
        method: 'POST',
        ...webhook,
      });
      expect((await gateway.fetch(request)).status).toBe(200);
    }
    await expectEqualReports();
    const { isFast, text, audited } = await ask(query);
    expect([isFast, text.includes('UNAUTHENTICATED')]).toEqual([false, true]);
    const refused = { outcome: 'refused', sessionId: 'sess_ada' };
    expect(audited).toMatchObject(query === hasura ? [refused] : []);
  },
);

test('X22 allow is called for each request, and decides about each', async () => {
  let isAllowed = true;
  const calls: string[] = [];
  const allow = ({ sessionId }: { sessionId: string }) => {
    calls.push(sessionId);
    return isAllowed;
  };
  await restart({ templates: { hasura: { allow } } });
  const texts: string[] = [];
  for (isAllowed of [true, true, false, true]) texts.push((await ask(hasura)).text);
  expect(texts.map((text) => text.includes('FORBIDDEN'))).toEqual([false, false, true, false]);
  // Once for each of both gateways.
  expect(calls).toHaveLength(8);
});

test.each<[string, string, boolean]>([
  ['claims that are not ASCII, and nested', 'wide', true],
  ['claims of 60 kB', 'large', false],
  ['an exp that is a fraction', 'fraction', true],
  ['a life of nine years', 'long', true],
  ['a life of eighty years, which is refused', 'eternal', false],
  ['a policy with allow', 'guarded', false],
  ['a policy that caches nothing', 'uncached', false],
  ['a template that Clerk does not know', 'ghost', false],
])('X22 a token with %s', async (_what, template, isKnown) => {
  const query = `{ sessionToken(template: "${template}") { jwt claims expiresAt expiresIn } }`;
  await ask(query);
  expect((await ask(query)).isFast).toBe(isKnown);
});

test('X22 tokens are renewed in the background, held while Clerk fails, and minted again, as by Yoga', async () => {
  const query = '{ sessionToken(template: "hasura") { jwt claims expiresIn } }';
  const ways: boolean[] = [];
  for (const seconds of [0, 20, 30, 1, 8, 30, 300]) {
    vi.advanceTimersByTime(seconds * 1_000);
    pair.twins.clerk.state = seconds === 30 && ways.length > 3 ? 'broken' : 'healthy';
    ways.push((await ask(query)).isFast);
  }
  expect(ways).toEqual([false, true, true, true, true, expect.any(Boolean), false]);
});

describe('X22 by its accept header', () => {
  test.each([
    ['text/event-stream', false],
    ['multipart/mixed', false],
    ['application/json, text/event-stream', true],
    ['*/*', true],
    ['text/html', false],
    ['application/json;charset=utf-16', false],
  ])('a known operation that accepts %s', async (accept, isKnown) => {
    await ask(hasura);
    await ask(hasura);
    const headers: Ask['headers'] = [
      ['content-type', 'application/json'],
      ['accept', accept],
    ];
    await ask(hasura, { headers });
    expect((await ask(hasura, { headers })).isFast).toBe(isKnown);
  });

  test('a subscription beside a known query', async () => {
    const query = `query Q ${hasura} subscription S { sessionToken(template: "none") { jwt } }`;
    await ask({ query, operationName: 'Q' });
    expect((await ask({ query, operationName: 'Q' })).isFast).toBe(true);
    expect((await ask({ query, operationName: 'S' })).isFast).toBe(false);
  });
});
