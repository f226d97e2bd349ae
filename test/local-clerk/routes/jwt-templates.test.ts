import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, importSPKI, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { clerkFailure } from '../clerk-failure.ts';
import { useLocalClerk } from '../use-local-clerk.ts';

const context = useLocalClerk();

const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const p521 = generateKeyPairSync('ec', { namedCurve: 'P-521' });

/** Returns claims with a number of levels. */
const nested = (levels: number): object => (levels === 1 ? {} : { inner: nested(levels - 1) });

describe('JWT templates through the SDK', () => {
  test('lists them in pages, without their keys', async () => {
    const { data, totalCount } = await context.clerk.jwtTemplates.list({ limit: 2, offset: 1 });
    expect(data.map((template) => template.name)).toEqual(['short', 'minimal']);
    expect(totalCount).toBe(6);
    const nhost = await context.clerk.jwtTemplates.get('jtmp_nhost');
    expect(nhost).toMatchObject({ customSigningKey: true, signingAlgorithm: 'HS256', lifetime: 900 });
    expect(JSON.stringify(nhost)).not.toContain(context.local.templateKey('nhost').verificationKey);
  });

  test('creates one with Clerk’s defaults, which mints at once', async () => {
    const claims = { camelCase: '{{user.id}}' };
    const template = await context.clerk.jwtTemplates.create({ name: 'fresh', claims });
    expect(template).toMatchObject({
      name: 'fresh',
      claims,
      lifetime: 60,
      allowedClockSkew: 5,
      customSigningKey: false,
    });
    expect(await context.clerk.jwtTemplates.get(template.id)).toEqual(template);
    const { jwt } = await context.clerk.sessions.getToken('sess_ada', 'fresh');
    expect(decodeJwt(jwt).camelCase).toBe('user_ada');
  });

  test('accepts any name that is one segment of a path', async () => {
    const name = 'Supabase (prod) v1.2';
    await context.clerk.jwtTemplates.create({ name, claims: nested(100) });
    const { jwt } = await context.clerk.sessions.getToken('sess_ada', encodeURIComponent(name));
    expect(decodeJwt(jwt).sub).toBe('user_ada');
  });

  test('updates one, whose next tokens have the new claims', async () => {
    const changed = { templateId: 'jtmp_short', name: 'brief', claims: { changed: true }, lifetime: 45 };
    expect(await context.clerk.jwtTemplates.update(changed)).toMatchObject({ name: 'brief', lifetime: 45 });
    const { jwt } = await context.clerk.sessions.getToken('sess_ada', 'brief');
    expect(decodeJwt(jwt).changed).toBe(true);
    expect(await clerkFailure(context.clerk.sessions.getToken('sess_ada', 'short'))).toMatchObject({
      status: 404,
    });
  });

  test('deletes one, which then mints no token', async () => {
    const deleted = await context.clerk.jwtTemplates.delete('jtmp_minimal');
    expect(deleted).toMatchObject({ id: 'jtmp_minimal', deleted: true });
    expect(await clerkFailure(context.clerk.sessions.getToken('sess_ada', 'minimal'))).toMatchObject({
      message: 'JWT template not found',
    });
  });

  test('answers 404 for an unknown one', async () => {
    const { jwtTemplates } = context.clerk;
    const failures = await Promise.all([
      clerkFailure(jwtTemplates.get('jtmp_none')),
      clerkFailure(jwtTemplates.delete('jtmp_none')),
      clerkFailure(jwtTemplates.update({ templateId: 'jtmp_none', name: 'a', claims: {} })),
    ]);
    for (const failure of failures) {
      expect(failure).toMatchObject({ status: 404, message: 'JWT template not found' });
    }
  });
});

describe('a JWT template is refused', () => {
  test.each(['azp', 'exp', 'iat', 'iss', 'jti', 'nbf', 'sub', 'sid', 'o', 'sts', 'v', 'pla', 'fea'])(
    'for setting %s',
    async (claim) => {
      const failure = clerkFailure(
        context.clerk.jwtTemplates.create({ name: 'bad', claims: { [claim]: 1 } }),
      );
      expect(await failure).toMatchObject({
        status: 400,
        code: 'jwt_template_reserved_claim',
        longMessage: `You can't use the reserved claim: '${claim}'`,
      });
    },
  );

  test.each([
    ['name', { name: '' }],
    ['name', { name: 'a/b' }],
    ['name', { name: 'a\n' }],
    ['name', { name: 'a'.repeat(257) }],
    ['name', { name: 'hasura' }],
    ['claims', { claims: [] as unknown as object }],
    ['claims', { claims: nested(101) }],
    ['lifetime', { lifetime: 29 }],
    ['lifetime', { lifetime: 315_360_001 }],
    ['allowed_clock_skew', { allowedClockSkew: -1 }],
    ['allowed_clock_skew', { allowedClockSkew: 301 }],
    ['signing_algorithm', { customSigningKey: true, signingKey: 'x' }],
    ['signing_key', { customSigningKey: true, signingAlgorithm: 'HS256' }],
    ['signing_key', { customSigningKey: true, signingAlgorithm: 'HS256', signingKey: '' }],
    ['signing_algorithm', { customSigningKey: true, signingAlgorithm: 'none', signingKey: 'x' }],
    ['signing_algorithm', { customSigningKey: true, signingAlgorithm: 'EdDSA', signingKey: 'x' }],
    ['signing_key', { customSigningKey: true, signingAlgorithm: 'RS256', signingKey: 'not a key' }],
    ['signing_key', { customSigningKey: true, signingAlgorithm: 'RS256', signingKey: pem(ec.privateKey) }],
    ['signing_key', { customSigningKey: true, signingAlgorithm: 'ES256', signingKey: pem(rsa.privateKey) }],
    ['signing_key', { customSigningKey: true, signingAlgorithm: 'ES384', signingKey: pem(ec.privateKey) }],
  ])('for its %s: %#', async (parameter, change) => {
    const failure = await clerkFailure(
      context.clerk.jwtTemplates.create({ name: 'good', claims: {}, ...change }),
    );
    expect(failure).toMatchObject({ status: 422, parameter });
    expect(failure.longMessage).not.toContain('BEGIN');
  });

  test('for the name of another template in an update, but not for its own', async () => {
    const update = (name: string) =>
      context.clerk.jwtTemplates.update({ templateId: 'jtmp_short', name, claims: {} });
    expect(await clerkFailure(update('hasura'))).toMatchObject({ status: 422, parameter: 'name' });
    await expect(update('short')).resolves.toMatchObject({ name: 'short' });
  });

  test('for a missing name or missing claims, which Clerk requires in every update', async () => {
    const headers = { authorization: `Bearer ${context.local.secretKey}` };
    const patch = (body: object) =>
      fetch(`${context.local.url}/v1/jwt_templates/jtmp_short`, {
        method: 'PATCH',
        headers,
        body: JSON.stringify(body),
      });
    expect((await patch({ claims: {} })).status).toBe(422);
    expect((await patch({ name: 'short' })).status).toBe(422);
    expect((await patch({ name: 'short', claims: {} })).status).toBe(200);
  });

  test('and stays unchanged', async () => {
    const before = await context.clerk.jwtTemplates.get('jtmp_short');
    await clerkFailure(
      context.clerk.jwtTemplates.update({ templateId: 'jtmp_short', name: 'x', claims: {}, lifetime: 1 }),
    );
    expect(await context.clerk.jwtTemplates.get('jtmp_short')).toEqual(before);
  });
});

describe('a custom signing key', () => {
  const secret = randomBytes(64).toString('base64url');
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });

  test.each([
    ['HS256', secret, new TextEncoder().encode(secret)],
    ['HS384', secret, new TextEncoder().encode(secret)],
    ['HS512', secret, new TextEncoder().encode(secret)],
    ['RS256', pem(rsa.privateKey), rsa.publicKey],
    ['RS384', pem(rsa.privateKey), rsa.publicKey],
    ['RS512', pem(rsa.privateKey), rsa.publicKey],
    ['ES256', pem(ec.privateKey), ec.publicKey],
    ['ES384', pem(p384.privateKey), p384.publicKey],
    ['ES512', pem(p521.privateKey), p521.publicKey],
  ] as const)('of %s signs what others can verify', async (signingAlgorithm, signingKey, verificationKey) => {
    const custom = { name: 'custom', claims: {}, customSigningKey: true, signingAlgorithm, signingKey };
    await context.clerk.jwtTemplates.create(custom);
    const { jwt } = await context.clerk.sessions.getToken('sess_ada', 'custom');
    const { payload } = await jwtVerify(jwt, verificationKey, { algorithms: [signingAlgorithm] });
    expect(payload.sub).toBe('user_ada');
    expect(decodeProtectedHeader(jwt)).toEqual({ alg: signingAlgorithm, typ: 'JWT', cat: 'cl_B7d4PD222AAA' });
  });

  test('of the demo template nhost can be read for verification', async () => {
    const { jwt } = await context.clerk.sessions.getToken('sess_ada', 'nhost');
    const { algorithm, verificationKey } = context.local.templateKey('nhost');
    const { payload } = await jwtVerify(jwt, new TextEncoder().encode(verificationKey), {
      algorithms: [algorithm],
    });
    expect(payload['https://hasura.io/jwt/claims']).toMatchObject({ 'x-hasura-user-id': 'user_ada' });
  });

  test('is available as a public key when it is asymmetric', async () => {
    const custom = { name: 'es', claims: {}, customSigningKey: true, signingAlgorithm: 'ES256' };
    await context.clerk.jwtTemplates.create({ ...custom, signingKey: pem(ec.privateKey) });
    const { verificationKey } = context.local.templateKey('es');
    expect(verificationKey).toContain('BEGIN PUBLIC KEY');
    const { jwt } = await context.clerk.sessions.getToken('sess_ada', 'es');
    await expect(jwtVerify(jwt, await importSPKI(verificationKey, 'ES256'))).resolves.toBeDefined();
  });

  test('stays after an update without a key, and is removed by custom_signing_key: false', async () => {
    const base = { templateId: 'jtmp_nhost', name: 'nhost', claims: {} };
    const key = context.local.templateKey('nhost').verificationKey;
    await context.clerk.jwtTemplates.update(base);
    expect(context.local.templateKey('nhost').verificationKey).toBe(key);
    await context.clerk.jwtTemplates.update({ ...base, customSigningKey: false });
    expect(() => context.local.templateKey('nhost')).toThrow('instance');
    expect(() => context.local.templateKey('nowhere')).toThrow('no JWT template "nowhere"');
  });

  test('of fewer than 2048 bits is refused', async () => {
    const custom = { name: 'weak', claims: {}, customSigningKey: true, signingAlgorithm: 'RS256' };
    const failure = clerkFailure(
      context.clerk.jwtTemplates.create({ ...custom, signingKey: pem(weak.privateKey) }),
    );
    expect(await failure).toMatchObject({ status: 422, parameter: 'signing_key' });
  });
});
