import { createSecretKey } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { signJwt } from '../../../src/local-clerk/tokens/sign-jwt.ts';

const key = createSecretKey(Buffer.alloc(32, 1));

test('the token is verified by its key', async () => {
  const jwt = await signJwt({ sub: 'user_x' }, { alg: 'HS256' }, key);
  expect((await jwtVerify(jwt, key)).payload).toEqual({ sub: 'user_x' });
});

test('the header has the type JWT unless it is replaced', async () => {
  expect(decodeProtectedHeader(await signJwt({}, { alg: 'HS256' }, key))).toEqual({
    alg: 'HS256',
    typ: 'JWT',
  });
  const jwt = await signJwt({}, { alg: 'HS256', typ: 'at+jwt', kid: 'a' }, key);
  expect(decodeProtectedHeader(jwt)).toEqual({ alg: 'HS256', typ: 'at+jwt', kid: 'a' });
});

test('claims of the wrong type are signed as they are', async () => {
  expect(decodeJwt(await signJwt({ exp: 'soon' }, { alg: 'HS256' }, key)).exp).toBe('soon');
});
