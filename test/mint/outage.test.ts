import { describe, expect, test } from 'vitest';
import { clerkErrors } from '../support/clerk-errors.ts';
import { aCaller, startEngine } from '../support/engine.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { pass, during } = useFakeTime();

describe('R01 Clerk is down for ten minutes', () => {
  test.each([
    [60, 59],
    [3_600, 300],
  ])('a token of %d s is served for %d s with an unchanged exp, and none after that', async (life, bound) => {
    const { clerk, code, ask, stats } = startEngine();
    clerk.life = life;
    const first = await ask(aCaller());
    clerk.answer = () => Promise.reject(new Error('no route'));
    let lastServed = 0;
    for (let second = 1; second <= 600; second += 1) {
      await pass(0.5);
      const answer = await during(
        0.5,
        ask(aCaller()).catch(() => undefined),
      );
      if (answer === undefined) break;
      expect([answer.jwt, answer.expiresAt]).toEqual([first.jwt, first.issuedAt + life]);
      lastServed = second;
    }
    expect(Math.abs(lastServed - bound)).toBeLessThanOrEqual(1);
    expect(await during(0.5, code(aCaller()))).toBe('UPSTREAM_UNAVAILABLE');
    expect(stats().hits.stale).toBeGreaterThan(0);
    await pass(300);
    expect(await during(0.5, code(aCaller()))).toBe('UPSTREAM_UNAVAILABLE');
  });

  test('while Clerk hangs, only the first caller waits, and every caller gets the held token', async () => {
    const { clerk, ask } = startEngine();
    clerk.life = 3_600;
    const first = await ask(aCaller());
    clerk.answer = () => new Promise(() => {});
    await pass(70);
    expect((await during(3, ask(aCaller()))).jwt).toBe(first.jwt);
    expect((await ask(aCaller())).jwt).toBe(first.jwt);
  });
});

test.each(['clerk_key_invalid', 'authentication_invalid', 'authorization_header_format_invalid'])(
  "R12 %s, the gateway's own key: held tokens are kept, no session is refused, and an error is logged",
  async (keyCode) => {
    const { clerk, ask, code, logged } = startEngine();
    const first = await ask(aCaller());
    const refusal = clerkErrors.keyRefused() as Error & { errors: { code: string }[] };
    for (const error of refusal.errors) error.code = keyCode;
    clerk.answer = () => Promise.reject(refusal);
    await pass(55);
    expect((await ask(aCaller())).jwt).toBe(first.jwt);
    expect(await code(aCaller({ sid: 'sess_grace', sub: 'user_grace' }))).toBe('INTERNAL_SERVER_ERROR');
    expect(JSON.stringify(logged.filter(({ level }) => level === 'error'))).toContain('CLERK_SECRET_KEY');
  },
);
