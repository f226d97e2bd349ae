import { expect, test } from 'vitest';
import { errorCode } from '../../src/errors.ts';
import type { TokenStream } from '../../src/subscription/token-stream.ts';
import { aCaller, startEngine } from '../support/engine.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { pass, during } = useFakeTime();

/** Returns the next event of a stream: the `jti` of a token, the code of an error, or `end`. */
async function next(stream: TokenStream): Promise<unknown> {
  const { value, done } = await stream.next();
  if (done || value === undefined) return 'end';
  return value.kind === 'token' ? value.token.claims.jti : errorCode(value.error);
}

test('a stream that the new policy allows goes on, with its next renewal by the new policy', async () => {
  const { subscribe, reload, clerk } = startEngine();
  const stream = await subscribe(aCaller());
  expect(await next(stream)).toBe('jti-1');
  const second = next(stream);
  await pass(10);
  reload({ templates: { hasura: { maxCacheAge: 20 } } });
  await pass(4.9);
  expect(clerk.calls).toBe(1);
  expect(await during(0.2, second)).toBe('jti-2');
  expect(await during(15, next(stream))).toBe('jti-3');
});

test.each([
  ['a policy that refuses', { templates: { hasura: { requires: { role: 'org:admin' } } } }, 'FORBIDDEN'],
  ['an allow that refuses', { templates: { hasura: { allow: async () => false } } }, 'FORBIDDEN'],
  ['a removed template', { templates: ['nhost'] }, 'TEMPLATE_NOT_FOUND'],
  ['a removed authorized party', { acceptsCaller: () => false }, 'UNAUTHENTICATED'],
])('a stream ends at once after %s', async (_what, settings, code) => {
  const { subscribe, reload, streams } = startEngine();
  const stream = await subscribe(aCaller());
  await next(stream);
  const last = next(stream);
  reload(settings);
  expect(await during(0, last)).toBe(code);
  expect([await next(stream), streams.size]).toEqual(['end', 0]);
});

test('a stream ends with its session token once the policy depends on claims', async () => {
  const { subscribe, reload } = startEngine();
  const stream = await subscribe(aCaller({ fea: 'u:export' }));
  await next(stream);
  reload({ templates: { hasura: { requires: { feature: 'user:export' } } } });
  expect(await during(45, next(stream))).toBe('jti-2');
  expect(await during(15, next(stream))).toBe('end');
});

test('a reload ends no stream whose policy cannot be asked, and asks for a few at a time', async () => {
  const { subscribe, reload, streams } = startEngine({ subscriptions: { total: 1_000, perSession: 200 } });
  const opened = await Promise.all(Array.from({ length: 100 }, () => subscribe(aCaller())));
  for (const stream of opened) await next(stream);
  let asked = 0;
  let most = 0;
  const allow = async () => {
    asked += 1;
    most = Math.max(most, asked);
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    asked -= 1;
    return true;
  };
  reload({ templates: { hasura: { allow } } });
  await pass(20);
  expect([streams.size, most]).toEqual([100, expect.any(Number)]);
  expect(most).toBeLessThanOrEqual(4 * 20);
});

test('a stream lives 15 minutes in total, however often the settings are reloaded', async () => {
  const { subscribe, reload, streams } = startEngine();
  const stream = await subscribe(aCaller());
  await next(stream);
  for (let minute = 1; minute < 15; minute += 1) {
    await during(60, next(stream));
    reload({});
  }
  await pass(59);
  expect(streams.size).toBe(1);
  await pass(1);
  expect(streams.size).toBe(0);
});

test('a stream that opens while its policy is replaced ends, too', async () => {
  const { subscribe, reload, clerk, streams } = startEngine();
  clerk.latency = 100;
  const opening = subscribe(aCaller());
  await pass(0.05);
  reload({ templates: { hasura: { allow: async () => false } } });
  await expect(during(0.1, opening)).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } });
  expect(streams.size).toBe(0);
});
