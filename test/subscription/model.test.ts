import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { errorCode } from '../../src/errors.ts';
import type { MintedToken } from '../../src/mint/minted-token.ts';
import type { Revocation } from '../../src/revocation/revocations.ts';
import { clerkErrors, throwing } from '../support/clerk-errors.ts';
import { aCaller, startEngine } from '../support/engine.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { pass } = useFakeTime();

/** Each seed explores different histories; a failed test prints its seed. */
const seed = Number(process.env.MINTGATE_MODEL_SEED ?? 20_261_128);
const numRuns = Number(process.env.MINTGATE_MODEL_RUNS ?? 100);

/** An event while a subscription is open. */
type Happening =
  | { kind: 'time'; seconds: number }
  | { kind: 'clerk'; state: 'well' | 'away' | 'throttling' | 'broken' }
  | { kind: 'query' }
  | { kind: 'read' }
  | { kind: 'revoke'; effect: Revocation['effect']; target: 'session' | 'user'; whose: 'ada' | 'grace' };

const happenings: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('time'), seconds: fc.integer({ min: 1, max: 40 }) }),
  },
  { weight: 5, arbitrary: fc.constant<Happening>({ kind: 'read' }) },
  { weight: 1, arbitrary: fc.constant<Happening>({ kind: 'query' }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('clerk'),
      state: fc.constantFrom('well', 'well', 'away', 'throttling', 'broken'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('revoke'),
      effect: fc.constantFrom('refuse', 'drop'),
      target: fc.constantFrom('session', 'user'),
      whose: fc.constantFrom('ada', 'grace', 'grace'),
    }),
  },
) as fc.Arbitrary<Happening>;

const failures = {
  away: () => new Error('away'),
  throttling: () => clerkErrors.throttled(5),
  broken: clerkErrors.broken,
};

/** Runs one subscription of Ada through a history. */
async function live(happened: readonly Happening[]) {
  vi.setSystemTime(new Date('2026-03-01T12:00:00Z'));
  const engine = startEngine();
  const { answer } = engine.clerk;
  const caller = aCaller({ exp: Math.floor(Date.now() / 1000) + 590 });
  const began = Date.now();
  const stream = await engine.subscribe(caller);
  let last: MintedToken | undefined;
  let reading = false;
  let end: { at: number; code?: string } | undefined;
  let revokedAt: number | undefined;
  let healthy = true;

  const read = async () => {
    if (reading || end) return;
    reading = true;
    const { done, value } = await stream.next();
    reading = false;
    if (done) {
      end ??= { at: Date.now() };
      return;
    }
    if (value.kind === 'error') {
      end = { at: Date.now(), code: errorCode(value.error) };
      return;
    }
    const { token } = value;
    expect(revokedAt, 'a token after a revocation').toBeUndefined();
    expect(token.expiresAt * 1000, 'an expired token').toBeGreaterThan(Date.now());
    expect(token.jwt, 'the same token twice').not.toBe(last?.jwt);
    expect(token.claims.sub).toBe('user_ada');
    last = token;
  };

  for (const happening of happened) {
    const reads = reading;
    if (happening.kind === 'time') await pass(happening.seconds);
    if (happening.kind === 'read') void read();
    if (happening.kind === 'query') await Promise.race([engine.code(caller), pass(4)]);
    if (happening.kind === 'clerk') {
      const { state } = happening;
      healthy &&= state === 'well';
      engine.clerk.answer = state === 'well' ? answer : throwing(failures[state]);
    }
    if (happening.kind === 'revoke') {
      const { effect, target, whose } = happening;
      const id = target === 'session' ? `sess_${whose}` : `user_${whose}`;
      engine.revoke({ effect, target, id, at: Date.now() / 1000 });
      if (whose === 'ada') revokedAt ??= Date.now();
    }
    await pass(0);
    if (revokedAt !== undefined && reading) expect.unreachable('the stream waits although it was revoked');
    // While Clerk answers, a subscriber that reads always has a valid token.
    if (healthy && reads && reading && last && !end)
      expect(last.expiresAt * 1000, 'no successor in time').toBeGreaterThan(Date.now());
  }

  await pass(900);
  await read();
  await pass(5);
  await read();
  expect(end, 'the stream does not end').toBeDefined();
  expect(engine.streams.size).toBe(0);
  expect(engine.streamEnds).toHaveLength(1);
  expect((end?.at ?? 0) - began).toBeGreaterThanOrEqual(0);
  if (revokedAt === undefined && healthy) expect(end?.code).toBeUndefined();
}

test(`in every history a subscriber gets valid tokens, each once, none after a revocation, and an end (seed ${seed})`, async () => {
  await fc.assert(fc.asyncProperty(fc.array(happenings, { minLength: 1, maxLength: 30 }), live), {
    seed,
    numRuns,
  });
});
