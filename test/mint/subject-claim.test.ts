import { decodeProtectedHeader, importSPKI, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import type { GatewayOptions, TemplatePolicy } from '../../src/index.ts';
import { demoData } from '../../src/local-clerk/index.ts';
import { useGateways } from '../support/gateway.ts';
import { errorLines, fullQuery, useMintAnswers } from '../support/mint-answers.ts';

const world = useGateways();
const { answerMint, minted } = useMintAnswers(world);

const firebase = 'integration_firebase';
const serviceAccount = () => demoData().firebase_integration?.client_email;

const ask = (gateway: ReturnType<typeof world.start>, template: string, session = 'sess_ada') =>
  gateway.ask(fullQuery, { session, variables: { template } });

describe("a token of Clerk's Firebase integration", () => {
  test.each<[string, GatewayOptions['templates']]>([
    ['a policy', { [firebase]: {} }],
    ['a policy that leaves subjectClaim undefined', { [firebase]: { subjectClaim: undefined } as object }],
    ['a list', ['hasura', firebase]],
    ["'*'", '*'],
  ])('T11 is served with %s: uid is the user, and sub a service account', async (_what, templates) => {
    const gateway = world.start({ templates });
    const { errors, data } = await ask(gateway, firebase);
    expect(errors).toEqual([]);
    const { sub, iss, uid } = data.sessionToken.claims;
    expect([sub, iss, uid]).toEqual([serviceAccount(), serviceAccount(), 'user_ada']);
    expect(gateway.audited).toMatchObject([{ outcome: 'minted', userId: 'user_ada' }]);
    // It is held, and checked again each time it is served.
    expect((await ask(gateway, firebase)).data.sessionToken.jwt).toBe(data.sessionToken.jwt);
    expect(world.mints()).toBe(1);
  });

  test('T11 is what Firebase calls a custom token: its audience, an hour, RS256 by the key of the service account', async () => {
    const { data } = await ask(world.start({ templates: [firebase] }), firebase);
    const { jwt, expiresIn } = data.sessionToken;
    expect(expiresIn).toBeLessThanOrEqual(3_600);
    expect(expiresIn).toBeGreaterThan(3_500);
    const key = await importSPKI(world.clerk.templateKey(firebase).verificationKey, 'RS256');
    const { payload } = await jwtVerify(jwt, key);
    expect(payload.aud).toBe(
      'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit',
    );
    expect(decodeProtectedHeader(jwt)).toEqual({ alg: 'RS256', typ: 'JWT' });
  });

  test('T11 M03 of another user is refused, and an error is logged', async () => {
    const gateway = world.start({ templates: '*' });
    answerMint({ status: 200, body: { jwt: minted({ sub: serviceAccount(), uid: 'user_grace' }) } });
    const { codes, data } = await ask(gateway, firebase);
    expect([codes, data]).toEqual([['INTERNAL_SERVER_ERROR'], { sessionToken: null }]);
    expect(errorLines(gateway)).toMatchObject([
      {
        template: firebase,
        msg: expect.stringContaining("the claim uid of the minted token is not the caller's"),
      },
    ]);
  });

  test('T11 M03 is refused where its policy says that sub is the user', async () => {
    const gateway = world.start({ templates: { [firebase]: { subjectClaim: 'sub' } } });
    expect((await ask(gateway, firebase)).codes).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(errorLines(gateway)).toMatchObject([
      { msg: expect.stringContaining("the claim sub of the minted token is not the caller's") },
    ]);
  });

  test('T11 A08 does not sign in', async () => {
    const gateway = world.start({ templates: [firebase] });
    const { data } = await ask(gateway, firebase);
    const { jwt } = data.sessionToken;
    expect((await gateway.ask('{ session { id } }', { bearer: jwt })).codes).toEqual(['UNAUTHENTICATED']);
  });
});

describe('the claim of the caller', () => {
  test.each(['hasura', 'INTEGRATION_FIREBASE', 'integration_firebase2'])(
    'T11 M03 of the template %s is sub, though uid is the caller',
    async (template) => {
      const gateway = world.start({ templates: '*' });
      answerMint({ status: 200, body: { jwt: minted({ sub: serviceAccount(), uid: 'user_ada' }) } });
      expect((await ask(gateway, template)).codes).toEqual(['INTERNAL_SERVER_ERROR']);
    },
  );

  const deep = ['https://hasura.io/jwt/claims', 'x-hasura-user-id'];
  test.each<[string, TemplatePolicy, Record<string, unknown>]>([
    ['by a name', { subjectClaim: 'owner' }, { owner: 'user_ada' }],
    ['by a path of one name', { subjectClaim: ['owner'] }, { owner: 'user_ada' }],
    ['by a path', { subjectClaim: deep }, { [deep[0] ?? '']: { [deep[1] ?? '']: 'user_ada' } }],
    ['by a name with a dot', { subjectClaim: 'a.b' }, { 'a.b': 'user_ada', a: { b: 'user_grace' } }],
    ['by the name constructor', { subjectClaim: 'constructor' }, { constructor: 'user_ada' }],
  ])('T11 is found %s, whatever sub is', async (_how, policy, claims) => {
    const gateway = world.start({ templates: { hasura: policy } });
    answerMint({ status: 200, body: { jwt: minted({ sub: 'somebody', ...claims }) } });
    expect((await ask(gateway, 'hasura')).errors).toEqual([]);
  });

  test.each<[unknown]>([
    [undefined],
    [null],
    [''],
    [5],
    [true],
    ['user_grace'],
    ['user_ada '],
    ['USER_ADA'],
    [['user_ada']],
    [{ id: 'user_ada' }],
    [{ toString: 'user_ada' }],
    [{ 0: 'user_ada' }],
  ])('T11 M03 is not %j', async (uid) => {
    const gateway = world.start({ templates: { hasura: { subjectClaim: 'uid' } } });
    answerMint({ status: 200, body: { jwt: minted({ uid }) } });
    expect((await ask(gateway, 'hasura')).codes).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(errorLines(gateway)[0].msg).toContain("the claim uid of the minted token is not the caller's");
  });

  test.each<[string, TemplatePolicy, string]>([
    ['of the prototype', { subjectClaim: ['constructor', 'name'] }, '"x":1'],
    ['below __proto__', { subjectClaim: 'uid' }, '"__proto__":{"uid":"user_ada"}'],
    ['of a text', { subjectClaim: ['uid', 'length'] }, '"uid":"user_ada"'],
    ['below null', { subjectClaim: ['uid', 'id'] }, '"uid":null'],
  ])('T11 M03 is not a property %s', async (_what, policy, claims) => {
    const gateway = world.start({ templates: { hasura: policy } });
    const now = Math.floor(Date.now() / 1000);
    const payload = `{"sub":"user_ada","iat":${now},"exp":${now + 60},${claims}}`;
    answerMint({ status: 200, body: { jwt: minted(payload) } });
    expect((await ask(gateway, 'hasura')).codes).toEqual(['INTERNAL_SERVER_ERROR']);
  });

  test('T11 is checked in addition to the organization and the life', async () => {
    const policy = { subjectClaim: 'uid', organizationClaim: 'org', maxLifetime: 60 };
    const code = async (claims: Record<string, unknown>) => {
      const gateway = world.start({ templates: { hasura: policy } });
      answerMint({ status: 200, body: { jwt: minted({ uid: 'user_ada', ...claims }) } });
      return (await ask(gateway, 'hasura')).codes;
    };
    expect(await code({ exp: Math.floor(Date.now() / 1000) + 90 })).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(await code({ org: 'org_acme' })).toEqual(['UNAUTHENTICATED']);
    expect(await code({})).toEqual([]);
  });
});
