import { describe, expect, test } from 'vitest';
import {
  firstClerkError,
  isClerkTraceId,
  refusesSecretKey,
  responseRefusesSecretKey,
} from '../../src/clerk/clerk-error.ts';

const gone = { code: 'resource_not_found', message: 'Session not found' };

describe('the errors of a body', () => {
  test("are Clerk's where each has a code, and the first is returned", () => {
    expect(firstClerkError([gone, { code: 'other' }])).toEqual(gone);
    expect(firstClerkError([{ code: 'other', message: 5 }])).toEqual({ code: 'other', message: '' });
  });

  test.each<[unknown]>([
    [undefined],
    ['Session not found'],
    [{ 0: gone }],
    [[]],
    [[null]],
    [['Session not found']],
    [[{ message: 'x' }]],
    [[{ ...gone, code: 10_000 }]],
    [[{ ...gone, code: '' }]],
    [[gone, { message: 'x' }]],
  ])("M14 %j is not Clerk's", (errors) => {
    expect(firstClerkError(errors)).toBeUndefined();
  });
});

describe('the refusal of the secret key', () => {
  test.each(['clerk_key_invalid', 'authentication_invalid', 'authorization_header_format_invalid'])(
    'M04 has the code %s',
    async (code) => {
      expect(refusesSecretKey([{ code }])).toBe(true);
      const body = JSON.stringify({ errors: [{ code }] });
      expect(await responseRefusesSecretKey(new Response(body, { status: 401 }))).toBe(true);
      expect(await responseRefusesSecretKey(new Response(body, { status: 403 }))).toBe(false);
    },
  );

  test.each(['', 'null', '[]', '<html>', '{"errors":5}', JSON.stringify({ errors: [gone] })])(
    'is not in the body %j',
    async (body) => {
      expect(await responseRefusesSecretKey(new Response(body, { status: 401 }))).toBe(false);
    },
  );
});

test.each<[unknown, boolean]>([
  ['a0'.repeat(16), true],
  ['trace1234', true],
  [`${'8a'.repeat(8)}-FRA`, false],
  ['8a'.repeat(8), false],
  ['', false],
  [undefined, false],
  [5, false],
])("M14 the trace id %j is Clerk's: %s", (traceId, expected) => {
  expect(isClerkTraceId(traceId)).toBe(expected);
});
