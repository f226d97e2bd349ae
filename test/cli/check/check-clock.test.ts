import { expect, test } from 'vitest';
import { checkClock } from '../../../src/cli/check/check-clock.ts';

const localTime = Date.parse('2026-01-01T00:00:00Z');
/** Returns the answer of a Clerk whose clock differs from that of this machine by some seconds. */
const clockThatDiffers = (seconds: number) =>
  checkClock({ localTime: localTime + 500, date: new Date(localTime + seconds * 1000).toUTCString() });

test.each<[number, string, RegExp]>([
  [-1, 'ok', /^clock: agrees with Clerk's, to about a second$/],
  [0, 'ok', /^clock: agrees/],
  [1, 'ok', /^clock: agrees/],
  [2, 'ok', /^clock: is 2 s behind Clerk's$/],
  [4, 'ok', /^clock: is 4 s behind Clerk's$/],
  [-4, 'ok', /^clock: is 4 s ahead of Clerk's$/],
  [5, 'fail', /^clock: is 5 s behind Clerk's: synchronize the clock/],
  [-5, 'fail', /^clock: is 5 s ahead of Clerk's: synchronize the clock/],
])('a difference of %i s is %s', (seconds, verdict, text) => {
  expect(clockThatDiffers(seconds)).toEqual({ verdict, text: expect.stringMatching(text) });
});

test.each([null, '', 'yesterday'])('the Date %j cannot be compared', (date) => {
  expect(checkClock({ localTime, date })).toEqual({
    verdict: 'warn',
    text: "clock: not compared: Clerk's answer has no valid Date header",
  });
});
