import { expect, test } from 'vitest';
import { endChecks } from '../../../scripts/soak/check-ends.ts';
import type { Period } from '../../../scripts/soak/period.ts';
import { recordConfirmed } from '../../../scripts/soak/world.ts';
import { createRun, createTarget, period, planned, start, useFakeClock } from './fixtures.ts';

useFakeClock();

const target = createTarget();

/** Notes a stream that the gateway ended. @param revokedAt - when gateway 1 acknowledged a revocation, in milliseconds after the start */
function noteEnd(
  endedAt: Period,
  { template = 'hasura', codes = [] as string[], revokedAt = 0 } = {},
): string {
  const { timeline, violations, world } = createRun();
  const pool = { all: () => [target], openedAt: () => start } as never;
  if (revokedAt > 0) {
    const at = start + revokedAt;
    recordConfirmed(world, 'session', 'sess_1', {
      ...{ gateway: 1, until: at / 1_000, sentAt: at - 10, answeredAt: at },
    });
  }
  const ends = endChecks({ pool, world, timeline, violations, shared: true });
  const common = { target, planned: planned(template), openedAt: start, left: false, completed: true };
  ends.note({ ...common, endedAt, codes });
  ends.judge();
  return violations.describe().join('\n');
}

test('a stream that needs a permission may end with its session token, after 60 s', () => {
  expect(noteEnd(period(60_000, 60_000), { template: 'reports' })).toBe('');
  expect(noteEnd(period(30_000, 30_000), { template: 'reports' })).toMatch(/ended without a reason/);
  expect(noteEnd(period(60_000, 60_000))).toMatch(/ended without a reason/);
});

test('a stream whose end was read after a pause may have ended at any time in it', () => {
  expect(noteEnd(period(57_000, 61_000), { template: 'reports' })).toBe('');
  expect(noteEnd(period(54_000, 57_000), { template: 'reports' })).toMatch(/ended without a reason/);
});

test('a stream must end within 2 s of a revocation on its gateway', () => {
  const revoked = { codes: ['UNAUTHENTICATED'], revokedAt: 5_000 };
  expect(noteEnd(period(6_900, 6_900), revoked)).toBe('');
  expect(noteEnd(period(7_100, 7_100), revoked)).toMatch(/did not end with its session/);
  // It may have ended at the beginning of the pause.
  expect(noteEnd(period(6_900, 9_000), revoked)).toBe('');
});
