import { expect, test } from 'vitest';
import { jwtPayload } from '../../src/client/jwt-payload.ts';

test('the payload of a JWT is decoded from base64url, without padding, one character for each byte', () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  expect(jwtPayload(`head.${bytes.toString('base64url')}.signature`)).toBe(bytes.toString('latin1'));
  expect(jwtPayload('head..signature')).toBe('');
  expect(jwtPayload('opaque')).toBe('');
});

test('a payload that is not base64url is refused', () => {
  expect(() => jwtPayload('head.%.signature')).toThrow();
});
