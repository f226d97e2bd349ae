import { expect, test } from 'vitest';
import { readTarget } from '../../../src/cli/revoke/read-target.ts';

const [session, user] = ['sess_2NNEqL2nrIRdJ194ndJqAHwEfxC', 'user_2NNEqL2nrIRdJ194ndJqAHwEfxC'];

test('returns the session or the user', () => {
  expect(readTarget({ session, user: undefined })).toEqual({ target: 'session', id: session });
  expect(readTarget({ session: undefined, user })).toEqual({ target: 'user', id: user });
});

test.each([
  ['neither', undefined, undefined],
  ['both', session, user],
])('refuses %s', (_what, one, other) => {
  expect(() => readTarget({ session: one, user: other })).toThrow(
    'mintgate revoke: expected --session <id> or --user <id>',
  );
});

test.each([
  '',
  'sess_',
  user,
  'eyJhbGciOiJSUzI1NiJ9.e30.x',
  'sess_a b',
  'sess_a\n',
  `sess_${'a'.repeat(101)}`,
])('refuses the session %j without quoting it', (id) => {
  expect(() => readTarget({ session: id, user: undefined })).toThrow(
    /^--session: expected the id of a session at Clerk, which begins with sess_$/,
  );
});

test.each(['', 'user_', session, 'ada@example.com'])('refuses the user %j without quoting it', (id) => {
  expect(() => readTarget({ session: undefined, user: id })).toThrow(
    /^--user: expected the id of a user at Clerk, which begins with user_$/,
  );
});
