import { describe, expect, test } from 'vitest';
import { aCaller, startEngine } from '../support/engine.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { pass, during } = useFakeTime();

/** Starts an engine whose Clerk takes a second to answer, with one request under way. */
async function startWaiting(mode: 'cached' | 'force' = 'cached') {
  const engine = startEngine({ templates: ['hasura'] });
  engine.clerk.latency = 1_000;
  const result = engine.code(aCaller(), { mode });
  await pass(0.5);
  expect(engine.clerk.calls).toBe(1);
  return { ...engine, result };
}

describe('after a reload', () => {
  test('a held token is refused where the template is no longer configured', async () => {
    const { ask, code, reload, clerk } = startEngine({ templates: ['hasura', 'nhost'] });
    await ask(aCaller());
    reload({ templates: ['nhost'] });
    expect([await code(aCaller()), clerk.calls]).toEqual(['TEMPLATE_NOT_FOUND', 1]);
    reload({ templates: ['hasura'] });
    expect([await code(aCaller()), clerk.calls]).toEqual(['OK', 1]);
  });

  test('a held token is renewed by the new maxCacheAge', async () => {
    const { ask, reload, clerk } = startEngine();
    await ask(aCaller());
    await pass(31);
    reload({ templates: { hasura: { maxCacheAge: 30 } } });
    await ask(aCaller());
    expect(clerk.calls).toBe(2);
  });

  test.each<['cached' | 'force']>([['cached'], ['force']])(
    'a request of mode %s that waits for a mint is refused by the new policy',
    async (mode) => {
      const { reload, result, stats } = await startWaiting(mode);
      reload({ templates: { hasura: { requires: { role: 'org:admin' }, organizationClaim: 'org' } } });
      expect(await during(1, result)).toBe('FORBIDDEN');
      expect(stats().refusals).toEqual({ forbidden: 1 });
    },
  );

  test.each<['cached' | 'force']>([['cached'], ['force']])(
    'a request of mode %s that waits gets its token from the same mint, where the new policy allows it',
    async (mode) => {
      const { reload, result, clerk } = await startWaiting(mode);
      reload({ templates: { hasura: { allow: () => true } } });
      expect([await during(1, result), clerk.calls]).toEqual(['OK', 1]);
    },
  );

  test('a request that waits is minted again where the new policy has another lifetime', async () => {
    const { reload, result, clerk } = await startWaiting();
    reload({ templates: { hasura: { lifetime: 90 } } });
    expect([await during(2, result), clerk.calls]).toEqual(['OK', 2]);
  });

  test('a token that does not fit the new policy is discarded', async () => {
    const { reload, result } = await startWaiting();
    reload({ templates: { hasura: { maxLifetime: 30 } } });
    expect(await during(1, result)).toBe('INTERNAL_SERVER_ERROR');
  });

  test('a reload during the new allow is obeyed, too', async () => {
    const { reload, result } = await startWaiting();
    const slow = () => new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 500));
    reload({ templates: { hasura: { allow: slow } } });
    await pass(0.7);
    reload({ templates: ['nhost'] });
    expect(await during(1, result)).toBe('TEMPLATE_NOT_FOUND');
  });

  test('a template that Clerk did not know, and a token that was discarded, are requested again', async () => {
    const { code, forgetFailures, clerk } = startEngine();
    clerk.claims = { sub: 'user_stranger' };
    expect([await code(aCaller()), await code(aCaller()), clerk.calls]).toEqual([
      'INTERNAL_SERVER_ERROR',
      'INTERNAL_SERVER_ERROR',
      1,
    ]);
    clerk.claims = {};
    forgetFailures();
    expect(await code(aCaller())).toBe('OK');
  });

  test('a caller whose authorized party is no longer accepted gets no token', async () => {
    const { reload, result, code, stats } = await startWaiting();
    reload({ acceptsCaller: ({ claims }) => claims.azp !== undefined });
    expect(await during(1, result)).toBe('UNAUTHENTICATED');
    expect(await code(aCaller())).toBe('UNAUTHENTICATED');
    expect(stats().refusals).toEqual({ 'unauthorized-party': 2 });
    expect(await during(2, code(aCaller({ azp: 'https://app.example.com' })))).toBe('OK');
  });
});
