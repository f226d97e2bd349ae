import { expect, test } from 'vitest';
import {
  createRevocationChecks,
  judgeRevocations,
  noteAnswer,
} from '../../../scripts/soak/check-revocations.ts';
import { instant } from '../../../scripts/soak/period.ts';
import type { Answered } from '../../../scripts/soak/planned-request.ts';
import { recordConfirmed } from '../../../scripts/soak/world.ts';
import { answer, createRun, inject, period, start, templateToken, useFakeClock } from './fixtures.ts';

useFakeClock();

const none = new Map<string, string>();
const aToken = (issuedAt: number) => new Map([['t0', templateToken(issuedAt)]]);

/** Creates checks of a run in which gateway 1 acknowledges an event after 10 s. */
function createChecks(subject: 'session' | 'changed user') {
  const run = createRun();
  const acknowledge = () =>
    recordConfirmed(run.world, subject, subject === 'session' ? 'sess_1' : 'user_1', {
      ...{ gateway: 1, sentAt: start + 9_900, answeredAt: start + 10_000, until: start / 1_000 + 9.9 },
    });
  const checks = createRevocationChecks({ ...run, openedAt: () => start, shared: true, canKnow: () => true });
  const note = (answered: Answered, tokens = none) => noteAnswer(checks, answered, tokens, false);
  const judge = () => ({
    counts: judgeRevocations(checks),
    violations: run.violations.describe().join('\n'),
  });
  return { ...run, acknowledge, note, judge };
}

test('a refusal after a revocation counts, where a token would have been a violation', () => {
  const { acknowledge, note, judge } = createChecks('session');
  note(answer({}, 9_000), aToken(9_000));
  acknowledge();
  // On its way when the revocation was acknowledged.
  note(answer({}, 9_990));
  note(answer({}, 10_100));
  // Another gateway has a second to learn of it.
  note(answer({}, 10_100, { gateway: 2 }));
  note(answer({}, 11_100, { gateway: 2 }));
  expect(judge()).toEqual({
    counts: { afterRevocation: 2, whileHeld: 1, afterChange: 0 },
    violations: '',
  });
});

test('a token after a revocation is a violation on both gateways', () => {
  const { acknowledge, note, judge } = createChecks('session');
  acknowledge();
  note(answer({}, 10_100), aToken(10_000));
  note(answer({}, 11_100, { gateway: 2 }), aToken(10_000));
  const { violations } = judge();
  expect(violations).toMatch(/a token after its revocation, on the gateway that acknowledged it, once/);
  expect(violations).toMatch(
    /a token after its revocation, on another gateway, without a problem with Redis, once/,
  );
});

test('an answer counts for another gateway only while Redis works', () => {
  const { timeline, acknowledge, note, judge } = createChecks('session');
  acknowledge();
  inject(timeline, 'redis', 'paused', period(10_500, 12_500));
  note(answer({}, 11_100, { gateway: 2 }));
  note(answer({}, 20_400, { gateway: 2 }));
  note(answer({}, 20_600, { gateway: 2 }));
  expect(judge().counts.afterRevocation).toBe(1);
});

test('an event that was read after a pause may have been sent before the revocation', () => {
  const { acknowledge, note, judge } = createChecks('session');
  acknowledge();
  note(answer({}, 8_000, { answeredAt: period(9_000, 13_000) }), aToken(9_000));
  note(answer({}, 8_000, { answeredAt: instant(start + 13_000) }), aToken(9_000));
  expect(judge().violations).toMatch(
    /a token after its revocation, on the gateway that acknowledged it, once/,
  );
});

test('a token after a change must be newer than the change', () => {
  const { acknowledge, note, judge } = createChecks('changed user');
  acknowledge();
  note(answer({}, 10_100), aToken(10_000));
  // No gateway holds an older token any more.
  note(answer({}, 40_000), aToken(40_000));
  expect(judge()).toEqual({ counts: { afterRevocation: 0, whileHeld: 0, afterChange: 1 }, violations: '' });
});

test('a token that was minted before a change is a violation', () => {
  const { acknowledge, note, judge } = createChecks('changed user');
  acknowledge();
  note(answer({}, 10_100), aToken(8_000));
  expect(judge().violations).toMatch(/a token after a change, on the gateway that acknowledged it, once/);
});
