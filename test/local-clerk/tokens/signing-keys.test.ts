import { verifyToken } from '@clerk/backend';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { useLocalClerk } from '../use-local-clerk.ts';

const context = useLocalClerk();

function jwks() {
  return createRemoteJWKSet(new URL(`${context.local.url}/.well-known/jwks.json`), { cooldownDuration: 0 });
}

const kidOf = (jwt: string) => decodeProtectedHeader(jwt).kid;

describe('the signing keys', () => {
  test('are public in the JWKS: no private parameter', async () => {
    const { keys = [] } = await context.clerk.jwks.getJwks();
    for (const key of keys) expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  test('verify session and template tokens with jose', async () => {
    const session = await context.local.mintSessionToken('sess_ada');
    const { jwt } = await context.clerk.sessions.getToken('sess_ada', 'hasura');
    for (const token of [session, jwt]) {
      const { payload } = await jwtVerify(token, jwks(), { issuer: context.local.issuer });
      expect(payload.sub).toBe('user_ada');
    }
  });

  test('rotate: the new one signs, and the JWKS keeps the old one', async () => {
    const before = await context.local.mintSessionToken('sess_ada');
    const oldPem = context.local.jwtKey;
    await context.local.controls.rotateSigningKey();
    const after = await context.local.mintSessionToken('sess_ada');
    expect(kidOf(after)).not.toBe(kidOf(before));
    expect(context.local.jwtKey).not.toBe(oldPem);
    await expect(jwtVerify(before, jwks())).resolves.toBeDefined();
    await expect(jwtVerify(after, jwks())).resolves.toBeDefined();
  });

  test('rotate and drop the old one on request', async () => {
    const before = await context.local.mintSessionToken('sess_ada');
    await context.local.controls.rotateSigningKey({ keepOld: false });
    const after = await context.local.mintSessionToken('sess_ada');
    await expect(jwtVerify(before, jwks())).rejects.toThrow('no applicable key');
    await expect(jwtVerify(after, jwks())).resolves.toBeDefined();
  });

  test('stay when the data are replaced', async () => {
    const token = await context.local.mintSessionToken('sess_ada');
    context.local.replaceData({});
    await expect(jwtVerify(token, jwks())).resolves.toBeDefined();
    expect(context.local.sessions()).toEqual([]);
  });
});

describe('sign()', () => {
  test('signs forged claims under the kid of the instance', async () => {
    const token = await context.local.sign({ sub: 'user_ada', exp: 'soon' }, { header: { cat: 'cl_other' } });
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', cat: 'cl_other' });
    expect(kidOf(token)).toBe(kidOf(await context.local.mintSessionToken('sess_ada')));
    await expect(verifyToken(token, { jwtKey: context.local.jwtKey })).rejects.toThrow('expiry date');
  });
});
