import { expect, test } from 'vitest';
import { randomHex, randomId } from '../../src/local-clerk/random-id.ts';

test('an id is a prefix and 27 letters or digits', () => {
  expect(randomId('sess')).toMatch(/^sess_[0-9A-Za-z]{27}$/);
});

test('two ids differ', () => {
  expect(randomId('sess')).not.toBe(randomId('sess'));
});

test('hexadecimal text has two characters for each byte', () => {
  expect(randomHex(16)).toMatch(/^[0-9a-f]{32}$/);
  expect(randomHex(0)).toBe('');
});
