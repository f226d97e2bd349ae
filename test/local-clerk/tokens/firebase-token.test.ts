import { decodeJwt, decodeProtectedHeader, importSPKI, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { demoData } from '../../../src/local-clerk/index.ts';
import { signFirebaseToken } from '../../../src/local-clerk/tokens/firebase-token.ts';
import { findTokenSubject } from '../../../src/local-clerk/tokens/token-subject.ts';
import { createTestInstance } from '../test-instance.ts';
import { useLocalClerk } from '../use-local-clerk.ts';

const name = 'integration_firebase';
const email = demoData().firebase_integration?.client_email;

async function sign(lifetimeSeconds?: number): Promise<string> {
  const instance = await createTestInstance();
  const { firebase } = instance.store;
  if (!firebase) throw new Error('expected the demo data to have the Firebase integration');
  return signFirebaseToken(
    instance,
    findTokenSubject(instance, 'sess_ada', ['active']),
    firebase,
    lifetimeSeconds,
  );
}

describe('T11 a token of Clerk’s Firebase integration', () => {
  test('has the claims of a Firebase custom token, and no others', async () => {
    const jwt = await sign();
    const { iat, ...claims } = decodeJwt(jwt);
    expect(claims).toEqual({
      aud: 'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit',
      exp: (iat ?? 0) + 3_600,
      iss: email,
      sub: email,
      uid: 'user_ada',
    });
    expect(decodeProtectedHeader(jwt)).toEqual({ alg: 'RS256', typ: 'JWT' });
  });

  test.each([
    [30, 30],
    [3_600, 3_600],
    [86_400, 3_600],
  ])('with a requested lifetime of %d seconds lives for %d', async (requested, expected) => {
    const { exp = 0, iat = 0 } = decodeJwt(await sign(requested));
    expect(exp - iat).toBe(expected);
  });
});

describe('T11 Clerk’s Firebase integration in the local Clerk', () => {
  const context = useLocalClerk();
  const mint = async (template = name) => (await context.clerk.sessions.getToken('sess_ada', template)).jwt;
  const verified = async (jwt: string) => {
    const { algorithm, verificationKey } = context.local.templateKey(name);
    return (await jwtVerify(jwt, await importSPKI(verificationKey, algorithm))).payload;
  };

  test('is not the template of the demo data that resembles it', async () => {
    expect(decodeJwt(await mint('firebase'))).toMatchObject({
      sub: 'user_ada',
      uid: 'user_ada',
      iss: context.local.issuer,
    });
  });

  test('is not a JWT template: the API does not list it', async () => {
    const { data } = await context.clerk.jwtTemplates.list({ limit: 500 });
    expect(data.map((template) => template.name)).not.toContain(name);
    expect(context.local.integrationTemplates()).toEqual([{ name, lifetime: 3_600, algorithm: 'RS256' }]);
  });

  test('keeps its generated key for the same account when the data are replaced', async () => {
    const jwt = await mint();
    context.local.replaceData(demoData());
    expect((await verified(jwt)).sub).toBe(email);
    const firebase_integration = { client_email: `another-${email}` };
    context.local.replaceData({ ...demoData(), firebase_integration });
    await expect(verified(jwt)).rejects.toThrow();
  });

  test('is off without data for it', () => {
    context.local.replaceData({ ...demoData(), firebase_integration: null });
    expect(context.local.integrationTemplates()).toEqual([]);
    expect(() => context.local.templateKey(name)).toThrow('has no JWT template');
  });
});
