import { expect, test } from 'vitest';
import { checkAnswer, createAnswerChecks } from '../../../scripts/soak/check-answer.ts';
import type { Answered } from '../../../scripts/soak/planned-request.ts';
import { answer, createRun, inject, period, start, templateToken, useFakeClock } from './fixtures.ts';

useFakeClock();

const internalError = (reason?: string) => ({
  data: { t0: null },
  errors: [{ message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR', reason } }],
});

/** Checks an answer after `secret key refused` from 60,048 to 61,000 ms. @returns the violations */
function check(answered: Answered): string {
  const { timeline, violations } = createRun();
  inject(timeline, 'clerk', 'secret key refused', period(60_048, 61_000));
  checkAnswer(createAnswerChecks({ timeline, violations, onAnswer: () => {} }), answered);
  return violations.describe().join('\n');
}

test('an internal error needs an injected fault that may explain it', () => {
  expect(check(answer(internalError(), 59_000))).toMatch(/^an internal error, once/);
  expect(check(answer(internalError(), 60_100))).toBe('');
  // A call that began during the fault ended later.
  expect(check(answer(internalError(), 64_000))).toBe('');
  expect(check(answer(internalError(), 65_001))).toMatch(/^an internal error, once/);
});

test('an event that was read after a pause may have a fault as its cause that began during the pause', () => {
  // The subscriber did not read from 59,858 ms on.
  expect(check(answer(internalError(), 58_858, { answeredAt: period(59_858, 60_900) }))).toBe('');
  expect(check(answer(internalError(), 58_858, { answeredAt: period(59_858, 60_000) }))).toMatch(
    /^an internal error, once/,
  );
});

test('an internal error of a gateway that tells reasons must have the reason of the fault', () => {
  const gateway = 2;
  const explained = internalError('Clerk refuses the secret key: check CLERK_SECRET_KEY');
  expect(check(answer(explained, 60_100, { gateway }))).toBe('');
  expect(check(answer(internalError('lives longer than maxLifetime'), 60_100, { gateway }))).toMatch(
    /^an internal error, once/,
  );
  expect(check(answer(internalError(), 60_100, { gateway }))).toMatch(/^an internal error, once/);
});

test('a token that may have arrived before it expired, or was held for too long, is no violation', () => {
  const jwt = templateToken(0);
  const token = {
    jwt,
    ...{ expiresAt: new Date(start + 60_000).toISOString(), expiresIn: 60, claims: { sub: 'user_1' } },
  };
  const body = { data: { t0: token } };
  expect(check(answer(body, 1_000, { answeredAt: period(2_000, 63_000) }))).toBe('');
  expect(check(answer(body, 1_000, { answeredAt: period(61_500, 63_000) }))).toMatch(
    /an expired token.*a token held too long/s,
  );
});
