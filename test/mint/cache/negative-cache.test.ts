import { expect, test } from 'vitest';
import { createNegativeCache } from '../../../src/mint/cache/negative-cache.ts';

function start() {
  const clock = { ms: 0 };
  return { clock, negative: createNegativeCache(() => clock.ms) };
}

const subject = (user: number, session = 0) => ({
  userId: `user_${user}`,
  sessionId: `sess_${user}-${session}`,
});

test('M05 an unknown template is cached for 10 s', () => {
  const { clock, negative } = start();
  expect(negative.isTemplateUnknown('ghost')).toBe(false);
  negative.addTemplate('ghost');
  clock.ms = 9_999;
  expect([negative.isTemplateUnknown('ghost'), negative.isTemplateUnknown('hasura')]).toEqual([true, false]);
  clock.ms = 10_000;
  expect(negative.isTemplateUnknown('ghost')).toBe(false);
});

test('the number of unknown templates is bounded: the least recently used is evicted', () => {
  const { negative } = start();
  for (let at = 0; at <= 1_000; at += 1) negative.addTemplate(`template-${at}`);
  expect(negative.isTemplateUnknown('template-0')).toBe(false);
  expect(negative.isTemplateUnknown('template-1000')).toBe(true);
});

test('M06 an ended session is cached for 10 s', () => {
  const { clock, negative } = start();
  expect(negative.addSession(subject(1))).toBe('cached');
  clock.ms = 9_999;
  expect([negative.hasSessionEnded('sess_1-0'), negative.hasSessionEnded('sess_2-0')]).toEqual([true, false]);
  clock.ms = 10_000;
  expect(negative.hasSessionEnded('sess_1-0')).toBe(false);
});

test('ended sessions of a 21st user within 10 s are suspicious, and not cached', () => {
  const { clock, negative } = start();
  for (let user = 0; user < 20; user += 1) expect(negative.addSession(subject(user))).toBe('cached');
  expect(negative.addSession(subject(20))).toBe('suspicious');
  expect(negative.hasSessionEnded('sess_20-0')).toBe(false);
  // Users in the cache may end further sessions.
  expect(negative.addSession(subject(0, 1))).toBe('cached');
  clock.ms = 10_000;
  expect(negative.addSession(subject(20))).toBe('cached');
});

test('C21 one user may end any number of sessions', () => {
  const { negative } = start();
  for (let session = 0; session < 100; session += 1) {
    expect(negative.addSession(subject(1, session))).toBe('cached');
  }
  expect(negative.addSession(subject(2))).toBe('cached');
});
