import { describe, expect, test } from 'vitest';
import { clerkErrors, throwing } from '../../support/clerk-errors.ts';
import { useFakeTime } from '../../support/fake-time.ts';
import { ada, engineWith, lives } from '../../support/mint-windows.ts';

const { pass } = useFakeTime();

describe('the hard point', () => {
  test.each(lives)('C08 past the hard point of $life s tokens a caller waits for a new one', async (each) => {
    const engine = engineWith(each.life);
    const first = await engine.ask(ada());
    await pass(each.hard - 0.001);
    engine.clerk.latency = 500;
    expect((await engine.ask(ada())).jwt).toBe(first.jwt);
    await pass(3);
    // Another engine: the first one has renewed its token in the background.
    const other = engineWith(each.life);
    const old = await other.ask(ada());
    await pass(each.hard);
    other.clerk.latency = 500;
    let given: string | undefined;
    const asked = other.ask(ada()).then(({ jwt }) => {
      given = jwt;
    });
    await pass(0.499);
    expect(given).toBeUndefined();
    await pass(0.001);
    await asked;
    expect(given).not.toBe(old.jwt);
    expect(other.clerk.calls).toBe(2);
  });

  test.each([
    { life: 60, maxCacheAge: 60, from: 54, until: 59 },
    { life: 3_600, maxCacheAge: 60, from: 60, until: 300 },
    { life: 200, maxCacheAge: 60, from: 60, until: 199 },
  ])(
    'C08 with Clerk failing a token of $life s is served from $from s to its stale bound of $until s, and no longer',
    async ({ life, maxCacheAge, from, until }) => {
      const engine = engineWith(life, maxCacheAge);
      const { jwt } = await engine.ask(ada());
      engine.clerk.answer = throwing(() => new Error('away'));
      const ask = async () => {
        const asked = engine.ask(ada()).then(
          (token) => token.jwt,
          (error) => String(error.extensions.code),
        );
        await pass(0.2);
        return asked;
      };
      await pass(from);
      expect(await ask()).toBe(jwt);
      await pass(until - from - 1);
      expect(await ask()).toBe(jwt);
      await pass(0.8);
      expect(await ask()).toBe('UPSTREAM_UNAVAILABLE');
      expect(engine.stats().hits.stale).toBe(2);
    },
  );

  test('C08 while Clerk fails one caller in each second waits, and the others do not', async () => {
    const engine = engineWith(3_600, 60);
    await engine.ask(ada());
    await pass(61);
    engine.clerk.answer = throwing(() => clerkErrors.broken());
    const first = engine.ask(ada());
    await pass(0.1);
    await first;
    expect(engine.clerk.calls).toBe(3);
    // Fake timers stand still: these requests do not wait.
    await Promise.all(Array.from({ length: 50 }, () => engine.ask(ada())));
    expect(engine.clerk.calls).toBe(3);
    expect(engine.stats().hits.stale).toBe(51);
  });

  test('C08 while Clerk hangs the held token is returned at the deadline', async () => {
    const engine = engineWith(3_600, 60);
    const { jwt } = await engine.ask(ada());
    await pass(61);
    engine.clerk.answer = () => new Promise(() => {});
    const asked = engine.ask(ada());
    await pass(3);
    expect((await asked).jwt).toBe(jwt);
  });
});
