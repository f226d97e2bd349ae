import { createHash } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { createRevocations, type Revocation } from '../../src/revocation/revocations.ts';
import { monotonicNow } from '../../src/time/monotonic-now.ts';
import { aCaller } from '../support/engine.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { pass } = useFakeTime();
const seconds = () => Date.now() / 1000;
const key = {
  name: (target: string, id: string) => `${target}-${id}`,
  sign: (text: string) => createHash('sha256').update(text).digest('base64url'),
};
const keys = [key] as const;
const start = () =>
  createRevocations({ keyRing: () => keys, keepFor: () => 600_000, now: () => Date.now(), monotonicNow });

test('a text carries a revocation to another process, where it expires at the same time', async () => {
  const [one, other] = [start(), start()];
  const [text = ''] = one.learn([{ effect: 'refuse', target: 'session', id: 'sess_ada', at: seconds() }]);
  await pass(300);
  other.learnText(text);
  expect([one.rejects(aCaller()), other.rejects(aCaller())]).toEqual([true, true]);
  expect(other.texts()).toEqual([text]);
  await pass(300);
  expect([one.rejects(aCaller()), other.rejects(aCaller())]).toEqual([false, false]);
  // A repeated text does not prolong it: otherwise instances would prolong it for each other.
  other.learnText(text);
  expect([other.rejects(aCaller()), other.texts()]).toEqual([false, []]);
});

test.each([
  '',
  'x',
  'refuse',
  'refuse:session:sess_ada',
  'refuse:session:sess ada:1:1',
  'grant:session:a:1:1',
  'refuse:session:a:NaN:1',
  `refuse:session:${'a'.repeat(65)}:1:1`,
  'refuse:session:session-sess_ada:1:1',
  'refuse:session:session-sess_ada:1:1:',
  `refuse:session:session-sess_ada:1:1:${'A'.repeat(43)}`,
])('the malformed or forged text %j is ignored', (text) => {
  const revocations = start();
  revocations.learnText(text);
  expect(revocations.texts()).toEqual([]);
});

test('a text whose parts were changed is ignored', () => {
  const [one, other] = [start(), start()];
  const at = seconds();
  const [text = ''] = one.learn([{ effect: 'drop', target: 'user', id: 'user_ada', at }]);
  for (const changed of [
    text.replace('drop', 'refuse'),
    text.replace('user-user_ada', 'user-user_bob'),
    text.replace(`:${at}`, `:${at + 1}`),
    text.replace(/:(\d+):([\w-]+)$/, ':1:$2'),
  ]) {
    expect(changed).not.toBe(text);
    other.learnText(changed);
  }
  expect(other.texts()).toEqual([]);
  other.learnText(text);
  expect(other.texts()).toEqual([text]);
});

test('a jump of the wall clock neither shortens nor prolongs a revocation', async () => {
  const revocations = start();
  const revoke = (id: string) =>
    revocations.learn([{ effect: 'refuse', target: 'session', id, at: seconds() }]);
  revoke('sess_ada');
  for (const jump of [660_000, -660_000, -7_200_000, 7_200_000]) {
    vi.setSystemTime(Date.now() + jump);
    revoke(`sess_${jump}`);
    expect(revocations.rejects(aCaller())).toBe(true);
  }
  await pass(599);
  expect(revocations.rejects(aCaller())).toBe(true);
  await pass(2);
  expect(revocations.rejects(aCaller())).toBe(false);
});

test('a ban with a moment in the far future does not refuse later session tokens', async () => {
  const revocations = start();
  revocations.learn([{ effect: 'refuse', target: 'user', id: 'user_ada', at: 9e9 }]);
  expect(revocations.rejects(aCaller())).toBe(true);
  await pass(6);
  expect(revocations.rejects(aCaller())).toBe(false);
});

test.each([1e300, Number.POSITIVE_INFINITY, 1e21, 8.64e15, 5e-324])(
  'the text of a revocation at the moment %s is valid for other processes',
  async (at) => {
    const [one, other] = [start(), start()];
    const [text = ''] = one.learn([{ effect: 'drop', target: 'user', id: 'user_ada', at }]);
    other.learnText(text);
    expect(other.texts()).toEqual([text]);
    const later = { sequence: other.nextSequence(), issuedAt: seconds() + 6 };
    expect(other.invalidates(aCaller(), later)).toBe(false);
  },
);

test('a known text that is read again does not invalidate newer mints', () => {
  const revocations = start();
  const [text = ''] = revocations.learn([
    { effect: 'drop', target: 'user', id: 'user_ada', at: seconds() - 5 },
  ]);
  const sequence = revocations.nextSequence();
  revocations.learnText(text);
  expect(revocations.invalidates(aCaller(), { sequence, issuedAt: seconds() })).toBe(false);
  expect(revocations.invalidates(aCaller(), { sequence, issuedAt: seconds() - 5 })).toBe(true);
  expect(revocations.invalidates(aCaller(), { sequence: 0, issuedAt: seconds() })).toBe(true);
});

describe('a revocation concerns', () => {
  const ada = aCaller({ sid: 'sess_ada', sub: 'user_ada', o: { id: 'org_a' } });
  const later = () => ({ sequence: 0, issuedAt: seconds() - 10 });

  test.each<[string, Partial<Revocation>, boolean]>([
    ['its session', { target: 'session', id: 'sess_ada' }, true],
    ['another session', { target: 'session', id: 'sess_bob' }, false],
    ['its user', { target: 'user', id: 'user_ada' }, true],
    ['its organization', { target: 'organization', id: 'org_a' }, true],
    ['another organization', { target: 'organization', id: 'org_b' }, false],
    ['a user with the id of its session', { target: 'user', id: 'sess_ada' }, false],
  ])('the held tokens of %s: %o', (_whose, revocation, concerned) => {
    const revocations = start();
    revocations.learn([{ effect: 'drop', target: 'user', id: '', at: seconds(), ...revocation }]);
    expect(revocations.invalidates(ada, later())).toBe(concerned);
    expect(revocations.rejects(ada)).toBe(false);
  });
});

test('listeners are called once for revocations that are added together', async () => {
  const revocations = start();
  const listener = vi.fn();
  const unwatch = revocations.watch(listener);
  const one: Revocation = { effect: 'drop', target: 'user', id: 'user_ada', at: seconds() };
  revocations.learn([one, { ...one, id: 'user_bob' }]);
  expect(listener).not.toHaveBeenCalled();
  await pass(0);
  expect(listener).toHaveBeenCalledTimes(1);
  unwatch();
  revocations.learn([one]);
  await pass(0);
  expect(listener).toHaveBeenCalledTimes(1);
});

test('every sequence number is greater than the ones before', () => {
  const revocations = start();
  const orders = [revocations.nextSequence(), revocations.nextSequence()];
  revocations.learn([{ effect: 'drop', target: 'user', id: 'user_ada', at: seconds() }]);
  orders.push(revocations.nextSequence());
  expect(orders).toEqual([1, 2, 4]);
});
