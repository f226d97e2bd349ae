import { expect, test, vi } from 'vitest';
import {
  beginReload,
  canKnow,
  createFleet,
  endReload,
  type Fleet,
  join,
  leave,
  type Member,
  settingsOf,
} from '../../../scripts/soak/fleet.ts';
import { start, useFakeClock } from './fixtures.ts';

useFakeClock();

const connection = { publishableKey: '', apiUrl: '', redisPort: undefined };
/** Sets the clock. @param moment - milliseconds after the start */
const at = (moment: number) => vi.setSystemTime(start + moment);

function step(fleet: Fleet, ...members: Member[]): void {
  for (const member of members) {
    beginReload(member, member.plain, ['cacheKey']);
    endReload(fleet, member);
  }
}

/** Creates two permanent gateways that take the three steps of a rotation of the cache key at 10, 20 and 30 s. */
function rotate() {
  const fleet = createFleet(connection);
  const permanent = [join(fleet), join(fleet)];
  for (const moment of [10_000, 20_000, 30_000]) {
    at(moment);
    step(fleet, ...permanent);
  }
  return fleet;
}

/** A revocation that gateway 1 has acknowledged. */
const revocationAt = (moment: number) => ({
  gateway: 1,
  sentAt: start + moment,
  answeredAt: start + moment + 10,
});

test('a gateway joins with the latest steps, also those of a reload that is under way', () => {
  const fleet = createFleet(connection);
  const first = join(fleet);
  expect(settingsOf(fleet, first).steps.routerSecret).toBe(0);
  beginReload(first, { ...first.plain, deadline: 2_700 }, ['routerSecret']);
  expect(join(fleet).steps.routerSecret).toBe(1);
  expect([first.steps.routerSecret, first.nextSteps.routerSecret]).toEqual([0, 1]);
  endReload(fleet, first);
  expect(first.steps.routerSecret).toBe(1);
  expect(join(fleet)).toMatchObject({ id: 3, plain: { deadline: 2_700 } });
});

test('a gateway that is closed has no part in rotations, and is still known to the checks', () => {
  const fleet = createFleet(connection);
  const member = join(fleet);
  leave(fleet, member);
  expect([...fleet.members]).toEqual([]);
  expect(fleet.byId.get(1)).toBe(member);
});

test('gateways that were open when a revocation was acknowledged must know it, after rotations, too', () => {
  const fleet = rotate();
  for (const moment of [5_000, 15_000, 30_000])
    expect(
      canKnow(fleet, { gateway: 2, revocation: revocationAt(moment), permanent: [1, 2], at: start + 90_000 }),
    ).toBe(true);
});

test('a gateway that joins later knows only the revocations under a key that it has', () => {
  const fleet = rotate();
  at(40_000);
  const { id: gateway } = join(fleet);
  const knows = (moment: number) =>
    canKnow(fleet, { gateway, revocation: revocationAt(moment), permanent: [1, 2], at: start + 41_000 });
  // Signed under the old key, or perhaps under that alone.
  expect([knows(5_000), knows(9_995)]).toEqual([false, false]);
  // Signed under both, and under the new one.
  expect([knows(15_000), knows(25_000), knows(35_000)]).toEqual([true, true, true]);
});

test('a revocation under the old key need not be known after the permanent gateways have removed that key', () => {
  const fleet = createFleet(connection);
  const permanent = [join(fleet), join(fleet)];
  at(10_000);
  step(fleet, ...permanent);
  step(fleet, ...permanent);
  at(12_000);
  const { id: gateway } = join(fleet);
  at(15_000);
  step(fleet, ...permanent);
  const knows = (moment: number) =>
    canKnow(fleet, { gateway, revocation: revocationAt(5_000), permanent: [1, 2], at: start + moment });
  expect([knows(14_000), knows(16_000)]).toEqual([true, false]);
});
