import { describe, expect, test } from 'vitest';
import type { ClerkFailure } from '../../src/clerk/clerk-failure.ts';
import type { GetTokenRequest, GetTokenResult } from '../../src/clerk/get-token.ts';
import { errorCode } from '../../src/errors.ts';
import { createMintOnce } from '../../src/mint/mint-once.ts';
import { tokenOf } from '../support/engine.ts';
import { aRequest } from '../support/mint-cache.ts';

const claims = { sub: 'user_ada', iat: 1_000, exp: 1_060 };

/** Mints once, with one answer of Clerk's. */
async function mintWith(answer: GetTokenResult, subject = aRequest()) {
  const verdicts: (string | undefined)[] = [];
  const requests: GetTokenRequest[] = [];
  const mintOnce = createMintOnce({
    callClerk: async (attempt) => {
      const outcome = await attempt(async (request) => {
        requests.push(request);
        return answer;
      });
      verdicts.push(outcome.verdict);
      return outcome.result;
    },
    now: () => 1_000_000,
  });
  return { result: await mintOnce(subject), verdicts, requests };
}

const failing = (failure: ClerkFailure) => mintWith({ kind: 'failure', failure });

test('a usable token is decoded, and shows that Clerk accepts the key', async () => {
  const jwt = tokenOf(claims);
  const { result, verdicts } = await mintWith({ kind: 'text', jwt });
  expect(result).toEqual({
    kind: 'token',
    token: { jwt, claims, issuedAt: 1_000, expiresAt: 1_060 },
    source: 'clerk',
  });
  expect(verdicts).toEqual(['accepted']);
});

test('Clerk gets the session, the template and the lifetime of its policy', async () => {
  const answer = { kind: 'text', jwt: tokenOf(claims) } as const;
  const { requests } = await mintWith(answer, aRequest({}, { lifetime: 90 }));
  expect(requests).toEqual([{ sessionId: 'sess_ada', template: 'hasura', lifetime: 90 }]);
});

test.each(['', 'garbage', 'a.b.c', tokenOf({ ...claims, exp: 999 })])(
  'M01 M02 the text %j is unavailable, no outage, and shows nothing about the key',
  async (jwt) => {
    const { result, verdicts } = await mintWith({ kind: 'text', jwt });
    expect(result).toMatchObject({ kind: 'failure', failure: { kind: 'unavailable' } });
    expect(result).not.toHaveProperty('failure.outage');
    expect(verdicts).toEqual([undefined]);
  },
);

test("M03 another user's token is discarded, though Clerk has accepted the key", async () => {
  const { result, verdicts } = await mintWith({
    kind: 'text',
    jwt: tokenOf({ ...claims, sub: 'user_grace' }),
  });
  expect(result).toMatchObject({ kind: 'failure', failure: { kind: 'discarded' } });
  expect(result.kind === 'failure' && errorCode(result.failure.error)).toBe('INTERNAL_SERVER_ERROR');
  expect(verdicts).toEqual(['accepted']);
});

describe('what a failure shows about the key', () => {
  test.each<[string, ClerkFailure, (string | undefined)[]]>([
    ['a refused key', { kind: 'key-refused', reason: 'why' }, ['refused']],
    [
      "a refusal with Clerk's own body",
      { kind: 'session-ended', reason: 'why', hasClerkBody: true },
      ['valid'],
    ],
    ["M14 a refusal without Clerk's own body", { kind: 'unavailable', reason: 'why' }, [undefined]],
  ])('%s', async (_what, failure, expected) => {
    const { result, verdicts } = await failing(failure);
    expect(result).toMatchObject({ kind: 'failure', failure: { kind: failure.kind } });
    expect(verdicts).toEqual(expected);
  });
});
