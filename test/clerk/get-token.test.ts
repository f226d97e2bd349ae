import { expect, test } from 'vitest';
import { createGetToken } from '../../src/clerk/get-token.ts';
import { clerkErrors } from '../support/clerk-errors.ts';

const request = { sessionId: 'sess_ada', template: 'hasura', lifetime: 90 };

/** Calls `getToken` of an SDK that answers with a function. */
function callWith(answer: () => unknown) {
  const calls: unknown[][] = [];
  const getToken = createGetToken({
    getToken: async (...args: unknown[]) => {
      calls.push(args);
      return answer() as never;
    },
  });
  return { calls, result: getToken(request) };
}

test('one call to the SDK, with the ids, yields the text of its token', async () => {
  const { calls, result } = callWith(() => ({ jwt: 'not decoded here' }));
  expect(await result).toEqual({ kind: 'text', jwt: 'not decoded here' });
  expect(calls).toEqual([['sess_ada', 'hasura', 90]]);
});

test.each([undefined, null, 'a page', 7, {}, { jwt: null }, { jwt: 5 }, { jwt: ['a.b.c'] }])(
  'M01 the answer %j holds no token, and is no outage',
  async (answer) => {
    const failure = { kind: 'unavailable', reason: "Clerk's answer contains no token" };
    expect(await callWith(() => answer).result).toEqual({ kind: 'failure', failure });
  },
);

test('an error of the SDK is read as a failure', async () => {
  const { result } = callWith(() => {
    throw clerkErrors.throttled(7);
  });
  expect(await result).toMatchObject({ kind: 'failure', failure: { kind: 'throttled', retryAfter: 7 } });
});

test('an answer that throws when it is read is a failure', async () => {
  const answer = {
    get jwt(): string {
      throw new Error('no');
    },
  };
  expect(await callWith(() => answer).result).toMatchObject({
    kind: 'failure',
    failure: { kind: 'unavailable' },
  });
});
