import { expect, test } from 'vitest';
import { gatewayError } from '../../../src/errors.ts';
import { createDiscardedTokens } from '../../../src/mint/cache/discarded-tokens.ts';
import { discarded } from '../../../src/mint/mint-failure.ts';

const otherOrganization = discarded(gatewayError('UNAUTHENTICATED'));
const otherUser = discarded(gatewayError('INTERNAL_SERVER_ERROR'));

/** Starts a cache whose key is requested, and whose mint fails, as soon as its pause ends. */
function start() {
  const clock = { ms: 0 };
  const tokens = createDiscardedTokens(() => clock.ms);
  /** Returns the milliseconds until the next mint may be made, in steps of 100 ms. */
  const pause = () => {
    const from = clock.ms;
    while (tokens.find('key')) clock.ms += 100;
    return clock.ms - from;
  };
  return { clock, tokens, pause };
}

test.each([
  ['another organization', otherOrganization, [1_000, 2_000, 4_000, 8_000, 8_000]],
  ['another user', otherUser, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]],
])('M15 after tokens of %s the pauses double up to a bound', (_what, failure, expected) => {
  const { tokens, pause } = start();
  const pauses = expected.map(() => {
    tokens.add('key', failure);
    return pause();
  });
  expect(pauses).toEqual(expected);
});

test('a key is not minted during its pause, and others are', () => {
  const { clock, tokens } = start();
  expect(tokens.find('key')).toBeUndefined();
  tokens.add('key', otherUser);
  clock.ms = 999;
  expect([tokens.find('key'), tokens.find('another key')]).toEqual([otherUser, undefined]);
});

test('after a pause one request in each second may mint', () => {
  const { clock, tokens } = start();
  tokens.add('key', otherUser);
  clock.ms = 1_000;
  expect([tokens.find('key'), tokens.find('key')]).toEqual([undefined, otherUser]);
  clock.ms = 2_000;
  expect([tokens.find('key'), tokens.find('key')]).toEqual([undefined, otherUser]);
});

test('discarded tokens of parallel mints count once', () => {
  const { tokens, pause } = start();
  for (let at = 0; at < 5; at += 1) tokens.add('key', otherUser);
  expect(pause()).toBe(1_000);
});

test('a usable token, or 60 s without a request, starts again with the first pause', () => {
  const { clock, tokens, pause } = start();
  tokens.add('key', otherUser);
  pause();
  tokens.delete('key');
  tokens.add('key', otherUser);
  expect(pause()).toBe(1_000);
  tokens.add('key', otherUser);
  clock.ms += 60_000;
  tokens.add('key', otherUser);
  expect(pause()).toBe(1_000);
});
