import { expect, test } from 'vitest';
import { anonymous, refused } from '../../src/auth/authentication.ts';

test('a request without credentials is anonymous', () => {
  expect(anonymous).toEqual({ kind: 'anonymous' });
});

test('refused credentials have a reason, and a detail for the log', () => {
  expect(refused('expired')).toEqual({ kind: 'refused', reason: 'expired', detail: undefined });
  expect(refused('party', 'evil')).toEqual({ kind: 'refused', reason: 'party', detail: 'evil' });
});
