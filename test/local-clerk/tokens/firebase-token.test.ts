import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, importSPKI, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { demoData, type LocalClerkData, parseLocalClerkData } from '../../../src/local-clerk/index.ts';
import { clerkFailure } from '../clerk-failure.ts';
import { useLocalClerk } from '../use-local-clerk.ts';

const context = useLocalClerk();
const name = 'integration_firebase';
const account = 'firebase-adminsdk@project.iam.gserviceaccount.com';

const mint = async (seconds?: number, session = 'sess_ada') =>
  (await context.clerk.sessions.getToken(session, name, seconds)).jwt;

const lifeOf = (jwt: string) => (decodeJwt(jwt).exp ?? 0) - (decodeJwt(jwt).iat ?? 0);

const withIntegration = (firebase_integration: LocalClerkData['firebase_integration']) =>
  context.local.replaceData({ ...demoData(), firebase_integration });

const verified = async (jwt: string) => {
  const { algorithm, verificationKey } = context.local.templateKey(name);
  return (await jwtVerify(jwt, await importSPKI(verificationKey, algorithm))).payload;
};

describe("T11 Clerk's Firebase integration in the local Clerk", () => {
  test('mints what Firebase takes for a custom token, and nothing else that Clerk is not known to add', async () => {
    const jwt = await mint();
    const { iat, ...claims } = decodeJwt(jwt);
    const email = demoData().firebase_integration?.client_email;
    expect(claims).toEqual({
      aud: 'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit',
      exp: (iat ?? 0) + 3_600,
      iss: email,
      sub: email,
      uid: 'user_ada',
    });
    expect(decodeProtectedHeader(jwt)).toEqual({ alg: 'RS256', typ: 'JWT' });
    expect((await verified(jwt)).uid).toBe('user_ada');
  });

  test('is told apart from the template that only resembles it', async () => {
    const { jwt } = await context.clerk.sessions.getToken('sess_ada', 'firebase');
    expect(decodeJwt(jwt)).toMatchObject({
      sub: 'user_ada',
      uid: 'user_ada',
      iss: context.local.issuer,
    });
  });

  test('lives as long as is asked, up to the hour that Firebase allows', async () => {
    expect(lifeOf(await mint(30))).toBe(30);
    expect(lifeOf(await mint(86_400))).toBe(3_600);
    expect(await clerkFailure(mint(29))).toMatchObject({ status: 422, parameter: 'expires_in_seconds' });
  });

  test('is no JWT template: it is not listed', async () => {
    const { data } = await context.clerk.jwtTemplates.list({ limit: 500 });
    expect(data.map((template) => template.name)).not.toContain(name);
    expect(context.local.integrationTemplates()).toEqual([{ name, lifetime: 3_600, algorithm: 'RS256' }]);
  });

  test.each([null, undefined])('is off where the data say %s', async (off) => {
    withIntegration(off);
    expect(await clerkFailure(mint())).toMatchObject({ status: 404, message: 'JWT template not found' });
    expect(context.local.integrationTemplates()).toEqual([]);
    expect(() => context.local.templateKey(name)).toThrow('has no JWT template');
  });

  test('is off for a bare list of templates, which is all of an instance that is known', async () => {
    context.local.replaceData([{ name: 'mine' }] as unknown as LocalClerkData);
    expect(context.local.integrationTemplates()).toEqual([]);
  });

  test('mints for no session that is over', async () => {
    expect(await clerkFailure(mint(undefined, 'sess_grace_revoked'))).toMatchObject({ status: 401 });
  });

  test('signs with the key of a key file of Google as it is', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const file = { type: 'service_account', project_id: 'project', private_key, client_email: account };
    withIntegration(file);
    const { payload } = await jwtVerify(await mint(), publicKey);
    expect([payload.iss, payload.sub]).toEqual([account, account]);
  });

  test('goes on with the key that was made for an account when the data are replaced', async () => {
    withIntegration({ client_email: account });
    const jwt = await mint();
    withIntegration({ client_email: account });
    expect((await verified(jwt)).sub).toBe(account);
    withIntegration({ client_email: `another-${account}` });
    await expect(verified(jwt)).rejects.toThrow();
  });

  test('gives way to a JWT template of its name', async () => {
    context.local.replaceData({ ...demoData(), jwt_templates: [{ name }] });
    expect(decodeJwt(await mint()).sub).toBe('user_ada');
  });

  test.each<[string, unknown]>([
    ['firebase_integration: Invalid input: expected object', 'on'],
    ['firebase_integration.client_email: expected the e-mail address', {}],
    ['firebase_integration.client_email: expected the e-mail address', { client_email: 'nobody' }],
    [
      'firebase_integration.private_key: expected an RSA key',
      { client_email: account, private_key: 'x y z' },
    ],
  ])('whose data are wrong is refused: %s', (message, firebase_integration) => {
    expect(() => parseLocalClerkData({ firebase_integration })).toThrow(message);
    expect(() => parseLocalClerkData({ firebase_integration })).not.toThrow('x y z');
  });
});
