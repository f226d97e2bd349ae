import { expect, test } from 'vitest';
import { checkDeliveries, createDelivery } from '../../../scripts/soak/webhook-delivery.ts';
import { createRun, createTarget, inject, period, useFakeClock } from './fixtures.ts';

useFakeClock();

/** Checks one delivery in a run in which Redis is full from 5,000 to 7,000 ms. @returns the violations */
function check(
  outcome: 'accepted' | 'unavailable',
  from: number,
  to: number,
  kind = 'session has ended',
): string {
  const { timeline, violations } = createRun();
  inject(timeline, 'redis', 'full', period(5_000, 7_000));
  const unused = undefined as never;
  const delivery = createDelivery({
    ...{ timeline, violations, client: unused, pool: unused, random: unused, count: unused },
    rotations: unused,
  });
  delivery[outcome].push({ kind, target: createTarget(), during: period(from, to) });
  checkDeliveries(delivery);
  return violations.describe().join('\n');
}

test('a webhook may be accepted before, after and at the edge of a fault of Redis', () => {
  expect(check('accepted', 4_900, 5_100)).toBe('');
  expect(check('accepted', 6_900, 7_001)).toBe('');
});

test('a webhook that is accepted during a fault of Redis is a violation, unless it needs no Redis', () => {
  expect(check('accepted', 5_100, 6_900)).toMatch(/accepted while Redis accepted no writes, once/);
  expect(check('accepted', 5_100, 6_900, 'irrelevant event')).toBe('');
});

test('a webhook may be refused only near a problem with Redis', () => {
  expect(check('unavailable', 4_900, 5_100)).toBe('');
  expect(check('unavailable', 7_900, 8_000)).toBe('');
  expect(check('unavailable', 8_100, 8_200)).toMatch(/not accepted although Redis worked, once/);
});
