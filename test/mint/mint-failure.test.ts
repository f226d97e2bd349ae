import { describe, expect, test } from 'vitest';
import type { ClerkFailureKind } from '../../src/clerk/clerk-failure.ts';
import { errorCode, errorReason } from '../../src/errors.ts';
import {
  allowsStale,
  fromClerkFailure,
  internal,
  limited,
  type MintFailure,
  outdatedMint,
  revoked,
  sessionEnded,
  templateUnknown,
  unavailable,
} from '../../src/mint/mint-failure.ts';

describe("a failure of Clerk's", () => {
  test.each<[ClerkFailureKind, string, boolean]>([
    ['session-ended', 'UNAUTHENTICATED', false],
    ['template-unknown', 'TEMPLATE_NOT_FOUND', false],
    ['rejected', 'UPSTREAM_UNAVAILABLE', false],
    ['unavailable', 'UPSTREAM_UNAVAILABLE', true],
    ['throttled', 'RATE_LIMITED', true],
    ['key-refused', 'INTERNAL_SERVER_ERROR', true],
  ])('%s is %s for the caller, and allows stale-if-error: %s', (kind, code, isStaleAllowed) => {
    const failure = fromClerkFailure({ kind, reason: 'why' });
    expect([failure.kind, errorCode(failure.error), errorReason(failure.error)]).toEqual([kind, code, 'why']);
    expect(allowsStale(failure)).toBe(isStaleAllowed);
  });

  test('keeps its trace id, its Retry-After, and whether it is an outage and transient', () => {
    const details = { traceId: 'trace', retryAfter: 7, outage: true, transient: true } as const;
    const failure = fromClerkFailure({ kind: 'unavailable', reason: 'why', ...details });
    expect(failure).toMatchObject(details);
    expect(failure.error.extensions.retryAfter).toBe(7);
    const bare = fromClerkFailure({ kind: 'unavailable', reason: 'why' });
    for (const field of ['retryAfter', 'outage', 'transient']) expect(bare).not.toHaveProperty(field);
  });
});

test.each<[string, MintFailure, string, boolean]>([
  ['the budget is spent', limited('budget', 100), 'RATE_LIMITED', true],
  ['Clerk throttles', limited('throttled', 100), 'RATE_LIMITED', true],
  ['the session has spent its limit', limited('session-limit', 100), 'RATE_LIMITED', false],
  ['the user has spent its limit', limited('user-limit', 100), 'RATE_LIMITED', false],
  ['the session has spent its fresh tokens', limited('fresh-limit', 100), 'RATE_LIMITED', false],
  ['Clerk does not answer', unavailable('deadline', 'why'), 'UPSTREAM_UNAVAILABLE', true],
  ['the host took the deadline', unavailable('late', 'why'), 'UPSTREAM_UNAVAILABLE', false],
  ['the circuit is open', unavailable('circuit-open', 'why'), 'UPSTREAM_UNAVAILABLE', true],
  ['too many calls are open', unavailable('open-calls', 'why'), 'UPSTREAM_UNAVAILABLE', true],
  ['an event came during the mint', outdatedMint(), 'UPSTREAM_UNAVAILABLE', true],
  ['the session was revoked', revoked(), 'UNAUTHENTICATED', false],
  ['the session has ended', sessionEnded('cached answer'), 'UNAUTHENTICATED', false],
  ['the template is unknown', templateUnknown(), 'TEMPLATE_NOT_FOUND', false],
  ['the gateway failed', internal(), 'INTERNAL_SERVER_ERROR', true],
])('C23 where %s a held token is served only as stale-if-error allows', (_what, failure, code, isAllowed) => {
  expect([errorCode(failure.error), allowsStale(failure)]).toEqual([code, isAllowed]);
});

test('a wait is rounded up to whole seconds, at least 1', () => {
  const waits = [0, 1, 1_000, 1_001].map((wait) => limited('budget', wait).retryAfter);
  expect(waits).toEqual([1, 1, 1, 2]);
  expect(unavailable('circuit-open', 'why', 1_500).retryAfter).toBe(2);
  expect(unavailable('circuit-open', 'why')).not.toHaveProperty('retryAfter');
});
