import { createPublicKey } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startLocalClerk } from '../../src/local-clerk/index.ts';
import { tokenQuery } from '../support/answer.ts';
import { type Asking, gatewayOrigin, type TestGateway, useGateways } from '../support/gateway.ts';
import {
  categories,
  clerkCookies,
  createForge,
  kidOf,
  malformedIds,
  nowSeconds,
  sessionClaims,
  signSession,
} from '../support/tokens.ts';

const world = useGateways({ bothWays: true });
const hasura = { template: 'hasura' };

afterEach(() => {
  vi.useRealTimers();
});

function askHasura(gateway: TestGateway, asking: Asking = {}) {
  return gateway.ask(tokenQuery, { variables: hasura, ...asking });
}

async function expectRefused(gateway: TestGateway, asking: Asking) {
  const answer = await askHasura(gateway, asking);
  expect(answer.codes).toEqual(['UNAUTHENTICATED']);
  expect(answer.status).toBe(200);
  expect(answer.data).toEqual({ sessionToken: null });
  expect(world.requests()).toBe(0);
  return answer;
}

async function expectAccepted(gateway: TestGateway, asking: Asking) {
  const answer = await askHasura(gateway, asking);
  expect(answer.errors).toEqual([]);
  expect(answer.data.sessionToken.jwt.split('.')).toHaveLength(3);
  return answer;
}

/** Stops the clock at a whole second. */
function stopClock() {
  vi.useFakeTimers({ toFake: ['Date'], now: nowSeconds() * 1000 });
}

describe('a request without credentials', () => {
  test('A01 is UNAUTHENTICATED and mints nothing', async () => {
    await expectRefused(world.start(), {});
  });

  test.each([
    ['no cookie of Clerk', 'theme=dark; __sessionx=1; x__session=2'],
    ['an empty session cookie', '__session=; __client_uat=1'],
  ])('A01 has %s', async (_what, cookie) => {
    const gateway = world.start();
    const { data, errors } = await gateway.ask('{ session { id } }', { headers: { cookie } });
    expect(errors).toEqual([]);
    expect(data).toEqual({ session: null });
  });

  test('A01 gets null as its session without an error; with refused credentials there is an error, too', async () => {
    const gateway = world.start();
    const anonymous = await gateway.ask('{ session { id } }');
    expect([anonymous.data, anonymous.errors]).toEqual([{ session: null }, []]);
    const refused = await gateway.ask('{ session { id } }', { bearer: 'not-a-token' });
    expect([refused.data, refused.codes]).toEqual([{ session: null }, ['UNAUTHENTICATED']]);
  });
});

describe('times', () => {
  test('A02 an expired session token is refused 6 s after its exp and accepted 4 s after it', async () => {
    const gateway = world.start();
    stopClock();
    const expiredBy = (seconds: number) =>
      signSession(world.clerk, { iat: nowSeconds() - 60, exp: nowSeconds() - seconds });
    await expectRefused(gateway, { bearer: await expiredBy(6) });
    await expectRefused(gateway, { bearer: await expiredBy(5) });
    await expectAccepted(gateway, { bearer: await expiredBy(4) });
  });

  test('A16 a token that was accepted while valid is refused 6 s after its exp', async () => {
    const gateway = world.start();
    stopClock();
    const bearer = await signSession(world.clerk);
    await expectAccepted(gateway, { bearer });
    vi.setSystemTime(Date.now() + 66_000);
    world.clerk.controls.resetRequests();
    await expectRefused(gateway, { bearer });
  });

  test.each(['nbf', 'iat'])(
    'A03 a session token whose %s is 6 s ahead is refused, 4 s ahead accepted',
    async (claim) => {
      const gateway = world.start();
      stopClock();
      const aheadBy = (seconds: number) => signSession(world.clerk, { [claim]: nowSeconds() + seconds });
      await expectRefused(gateway, { bearer: await aheadBy(6) });
      await expectAccepted(gateway, { bearer: await aheadBy(4) });
    },
  );

  test('A18 a session token that lives longer than maxSessionTokenLifetime is refused', async () => {
    const byDefault = world.start();
    const living = (seconds: number) => signSession(world.clerk, { exp: nowSeconds() + seconds });
    stopClock();
    await expectRefused(byDefault, { bearer: await living(601) });
    await expectAccepted(byDefault, { bearer: await living(600) });
    world.clerk.controls.resetRequests();
    await expectRefused(world.start({ maxSessionTokenLifetime: 60 }), { bearer: await living(61) });
  });

  test.each<[string, () => Record<string, unknown>]>([
    ['no iat', () => ({ iat: undefined })],
    ['no exp', () => ({ exp: undefined })],
    ['exp as text', () => ({ exp: String(nowSeconds() + 60) })],
    ['iat as text', () => ({ iat: String(nowSeconds()) })],
    ['exp at its iat', () => ({ exp: nowSeconds() })],
    ['exp before iat', () => ({ exp: nowSeconds() - 2, iat: nowSeconds() })],
    ['times beyond what a date can hold', () => ({ exp: 8.64e12 + 60, iat: 8.64e12 + 1 })],
    ['times that floating point cannot distinguish', () => ({ exp: 1e300, iat: 1e300 })],
  ])('A18 a session token with %s is refused, because it has no valid lifetime', async (_what, claims) => {
    await expectRefused(world.start(), { bearer: await signSession(world.clerk, claims()) });
  });
});

describe('signatures', () => {
  test('A04 alg none is refused, with an empty, a made-up and the real signature', async () => {
    const gateway = world.start();
    const forge = createForge();
    const header = { alg: 'none', typ: 'JWT', kid: await kidOf(world.clerk), cat: categories.session };
    const unsigned = forge.compact(header, sessionClaims(), 'nothing');
    const real = await signSession(world.clerk);
    await expectRefused(gateway, { bearer: unsigned });
    await expectRefused(gateway, { bearer: `${unsigned}AAAA` });
    await expectRefused(gateway, { bearer: unsigned + real.split('.')[2] });
  });

  test.each<[string, (pem: string) => string | Buffer]>([
    ['PEM', (pem) => pem],
    ['DER', (pem) => createPublicKey(pem).export({ type: 'spki', format: 'der' })],
    ['modulus', (pem) => String(createPublicKey(pem).export({ format: 'jwk' }).n)],
  ])('A04 HS256 with the %s of the public key as its secret is refused', async (_form, secretOf) => {
    const gateways = [world.start(), world.startWithoutJwtKey()];
    for (const gateway of gateways) await expectAccepted(gateway, { session: 'sess_ada' });
    world.clerk.controls.resetRequests();
    const forge = createForge(secretOf(world.clerk.jwtKey));
    const header = { alg: 'HS256', typ: 'JWT', kid: await kidOf(world.clerk), cat: categories.session };
    for (const alg of ['HS256', 'RS256']) {
      const bearer = forge.compact({ ...header, alg }, sessionClaims(), 'hmac of the public key');
      for (const gateway of gateways) await expectRefused(gateway, { bearer });
    }
  });

  test.each(['jwtKey', 'the JWKS'])(
    'A05 header fields that name another key are ignored and nothing is fetched, with %s',
    async (keys) => {
      const gateway = keys === 'jwtKey' ? world.start() : world.startWithoutJwtKey();
      await expectAccepted(gateway, { session: 'sess_ada' });
      world.clerk.controls.resetRequests();
      const elsewhere = await startLocalClerk();
      try {
        const url = `${elsewhere.url}/.well-known/jwks.json`;
        const forge = createForge();
        const pointers = { jku: url, x5u: url, jwk: forge.publicJwk, x5c: [forge.pem] };
        const header = { alg: 'RS256', typ: 'JWT', kid: await kidOf(world.clerk), cat: categories.session };
        await expectRefused(gateway, { bearer: forge.compact({ ...header, ...pointers }, sessionClaims()) });
        const signedThere = await elsewhere.sign(sessionClaims(), {
          header: { ...header, ...pointers },
        });
        await expectRefused(gateway, { bearer: signedThere });
        expect(elsewhere.controls.requests()).toBe(0);
      } finally {
        await elsewhere.close();
      }
    },
  );

  test('A06 a token of another Clerk instance with the same kid is refused', async () => {
    const other = await startLocalClerk();
    try {
      const header = { kid: await kidOf(world.clerk), cat: categories.session };
      const bearer = await other.sign(sessionClaims(), { header });
      await expectRefused(world.start(), { bearer });
      const byKid = world.startWithoutJwtKey();
      await expectAccepted(byKid, { session: 'sess_ada' });
      world.clerk.controls.resetRequests();
      await expectRefused(byKid, { bearer });
    } finally {
      await other.close();
    }
  });

  test('X10 a token of the local Clerk is refused by a gateway of a real instance', async () => {
    const gateway = world.start({
      secretKey: ['sk', 'live', 'x'.repeat(24)].join('_'),
      publishableKey: `pk_live_${Buffer.from('clerk.example.com$').toString('base64')}`,
      jwtKey: createForge().pem,
    });
    await expectRefused(gateway, { session: 'sess_ada' });
    const cookie = clerkCookies(await world.clerk.mintSessionToken('sess_ada'));
    await expectRefused(gateway, { headers: { cookie, 'sec-fetch-site': 'same-origin' } });
  });

  test('X10 a token of the local Clerk is refused by the key set of another instance', async () => {
    const instance = await startLocalClerk();
    try {
      const { secretKey, publishableKey, url: apiUrl } = instance;
      const gateway = world.startWithoutJwtKey({ secretKey, publishableKey, apiUrl });
      await expectRefused(gateway, { session: 'sess_ada' });
    } finally {
      await instance.close();
    }
  });
});

describe('the rules for session tokens', () => {
  test('A08 a template token that this gateway minted is refused as Bearer', async () => {
    const gateway = world.start();
    const { data } = await expectAccepted(gateway, { session: 'sess_ada' });
    world.clerk.controls.resetRequests();
    await expectRefused(gateway, { bearer: data.sessionToken.jwt });
  });

  test.each([
    ['the category of templates', { cat: categories.template }],
    ['the category of machines', { cat: categories.machine }],
    ['the category that Clerk ignores', { cat: categories.ignored }],
    ['a category that is not a text', { cat: [categories.session] }],
    ['the type of OAuth access tokens', { typ: 'at+jwt' }],
  ])('A08 a token with session claims and %s is refused', async (_what, header) => {
    await expectRefused(world.start(), { bearer: await signSession(world.clerk, {}, header) });
  });

  test('A08 a session token without a category is accepted', async () => {
    await expectAccepted(world.start(), { bearer: await signSession(world.clerk, {}, { cat: undefined }) });
  });

  test.each([
    ['no session id', { sid: undefined }],
    ['an empty session id', { sid: '' }],
    ['a session id that is not a text', { sid: 7 }],
    ['an empty user id', { sub: '' }],
    ['the subject of a machine', { sub: 'mch_1' }],
  ])('A08 a token with %s is refused', async (_what, claims) => {
    await expectRefused(world.start(), { bearer: await signSession(world.clerk, claims) });
  });

  const notText: [unknown][] = [[{}], [{ toString: 1 }], [[]], [['x']], [0], [1], [true], [null]];

  test.each(notText)('A22 a token whose kid is %j is refused, and no request goes out', async (kid) => {
    const bearer = await signSession(world.clerk, {}, { kid });
    await expectRefused(world.start(), { bearer });
    await expectRefused(world.startWithoutJwtKey(), { bearer });
  });

  test.each(notText)('A22 a token whose cat or typ is %j is refused', async (value) => {
    const gateway = world.start();
    await expectRefused(gateway, { bearer: await signSession(world.clerk, {}, { cat: value }) });
    await expectRefused(gateway, { bearer: await signSession(world.clerk, {}, { typ: value }) });
  });

  test('A22 a malformed session id is refused, and no request goes out', async () => {
    const gateway = world.start();
    for (const sid of malformedIds) {
      await expectRefused(gateway, { bearer: await signSession(world.clerk, { sid }) });
    }
  });

  test('A22 a session id of letters, digits, _ and - is accepted, up to 128 of them', async () => {
    const gateway = world.start();
    for (const sid of ['s', 'sess_2aZ-0_', 'x'.repeat(128)]) {
      const bearer = await signSession(world.clerk, { sid });
      const { data, errors } = await gateway.ask('{ session { id } }', { bearer });
      expect([errors, data.session]).toEqual([[], { id: sid }]);
    }
  });

  test('A09 a wrong or missing azp is refused where authorized parties are named', async () => {
    const gateway = world.start({ authorizedParties: ['https://app.example.com'] });
    await expectRefused(gateway, { bearer: await signSession(world.clerk) });
    await expectRefused(gateway, { bearer: await signSession(world.clerk, { azp: 'https://evil.example' }) });
    await expectRefused(gateway, {
      bearer: await signSession(world.clerk, { azp: 'https://app.example.com.evil.example' }),
    });
    await expectAccepted(gateway, {
      bearer: await signSession(world.clerk, { azp: 'https://app.example.com' }),
    });
  });

  test.each<[string, unknown, string]>([
    ['another origin', 'https://evil.example', 'https://evil.example'],
    ['an app shell', 'capacitor://localhost', 'capacitor://localhost'],
    ['none', undefined, 'none'],
    ['a list', ['https://app.example.com'], 'a value that is not an origin'],
    ['a text with spaces', 'https://evil.example because I say so', 'a value that is not an origin'],
    ['a long text', `https://${'e'.repeat(300)}.example`, 'a value that is not an origin'],
  ])('A09 the log has the authorized party of a refused token: %s', async (_what, azp, named) => {
    const gateway = world.start({ authorizedParties: ['https://app.example.com'] });
    const answer = await expectRefused(gateway, { bearer: await signSession(world.clerk, { azp }) });
    expect(answer.text).not.toContain('evil');
    const { refusal } = JSON.parse(gateway.logLines.at(-1) ?? '');
    expect(refusal).toBe(`token-invalid-authorized-parties: the token names ${named} (azp)`);
  });

  test('A09 the log has no authorized party of a token with an invalid signature', async () => {
    const gateway = world.start({ authorizedParties: ['https://app.example.com'] });
    const token = await signSession(world.clerk, { azp: 'https://evil.example' });
    await expectRefused(gateway, { bearer: `${token.slice(0, -8)}AAAAAAAA` });
    expect(gateway.logLines.join('')).not.toContain('evil');
  });

  test('A10 a pending session is refused and mints nothing', async () => {
    await expectRefused(world.start(), { session: 'sess_grace_pending' });
  });

  test.each(['expired', 'Active', '', null, 1, true])('A10 the session status %j is refused', async (sts) => {
    await expectRefused(world.start(), { bearer: await signSession(world.clerk, { sts }) });
  });

  test('A10 a session token without a status is accepted', async () => {
    await expectAccepted(world.start(), { bearer: await signSession(world.clerk, { sts: undefined }) });
  });

  test.each(['ak', 'oat', 'mt'])('A12 an opaque token with the prefix %s_ is refused', async (prefix) => {
    await expectRefused(world.start(), { bearer: `${prefix}_${'a'.repeat(32)}` });
  });

  test('A12 OAuth and machine tokens signed by the instance are refused', async () => {
    const gateway = world.start();
    const oauth = { typ: 'at+jwt', cat: undefined };
    await expectRefused(gateway, { bearer: await signSession(world.clerk, { sid: undefined }, oauth) });
    await expectRefused(gateway, {
      bearer: await signSession(world.clerk, {}, { ...oauth, typ: 'application/at+jwt' }),
    });
    const machine = { sub: 'mch_2', scopes: 'mch_3' };
    await expectRefused(gateway, {
      bearer: await signSession(world.clerk, machine, { cat: categories.machine }),
    });
    await expectRefused(gateway, { bearer: await signSession(world.clerk, machine, { cat: undefined }) });
  });

  test('A14 spoofed identity headers have no effect', async () => {
    const gateway = world.start();
    const headers = {
      'x-user-id': 'user_grace',
      'x-session-id': 'sess_grace_acme',
      'x-clerk-auth-status': 'signed-in',
      'x-clerk-auth-token': await signSession(world.clerk, { sub: 'user_grace', sid: 'sess_grace_acme' }),
      'x-forwarded-user': 'user_grace',
    };
    await expectRefused(gateway, { headers });
    const { data } = await gateway.ask('{ session { id userId } }', { session: 'sess_ada', headers });
    expect(data.session).toEqual({ id: 'sess_ada', userId: 'user_ada' });
  });
});

describe('the Authorization header', () => {
  const tooLong = `Bearer ${'a'.repeat(20_000)}`;

  test('A13 a valid token of more than 16 kB is refused before it is decoded', async () => {
    const ofSize = (size: number) => signSession(world.clerk, { filler: 'x'.repeat(size) });
    const gateway = world.start();
    await expectAccepted(gateway, { bearer: await ofSize(10_000) });
    world.clerk.controls.resetRequests();
    await expectRefused(gateway, { bearer: await ofSize(13_000) });
  });

  const hostile: [string, (token: string) => string][] = [
    ['20 kB long', () => tooLong],
    ['two tokens', (token) => `Bearer ${token} ${token}`],
    ['two tokens joined by a comma', (token) => `Bearer ${token}, Bearer ${token}`],
    ['a tab after the scheme', (token) => `Bearer\t${token}`],
    ['a tab inside', (token) => `Bearer ${token.slice(0, 30)}\t${token.slice(30)}`],
    ['non-ASCII letters', (token) => `Bearer ${token}\u00e9`],
    ['a quoted token', (token) => `Bearer "${token}"`],
    ['no token', () => 'Bearer'],
    ['no scheme', (token) => token],
    ['the scheme Basic', (token) => `Basic ${token}`],
    ['the scheme twice', (token) => `Bearer Bearer ${token}`],
    ['no space after the scheme', (token) => `Bearer${token}`],
    ['a colon after the scheme', (token) => `Bearer: ${token}`],
    ['no value', () => ''],
    ['a token of four parts', (token) => `Bearer ${token}.x`],
    ['a token of two parts', (token) => `Bearer ${token.split('.').slice(0, 2).join('.')}`],
    ['dots alone', () => 'Bearer ..'],
    [
      'JSON that is not an object as the header',
      () => `Bearer ${Buffer.from('null').toString('base64url')}.e30.AAAA`,
    ],
    ['a header that is not JSON', () => 'Bearer AAAA.e30.AAAA'],
  ];

  test.each(hostile)('A13 a header with %s is refused, never 500', async (_what, write) => {
    const token = await world.clerk.mintSessionToken('sess_ada');
    await expectRefused(world.start(), { headers: { authorization: write(token) } });
  });

  test.each(['bearer', 'BEARER', 'beArer', 'Bearer  '])('A19 the scheme %j is accepted', async (scheme) => {
    const token = await world.clerk.mintSessionToken('sess_ada');
    await expectAccepted(world.start(), { headers: { authorization: `${scheme} ${token}` } });
  });

  test.each(hostile)(
    'A19 beside a valid cookie, a header with %s is refused and the cookie is ignored',
    async (_what, write) => {
      const token = await world.clerk.mintSessionToken('sess_ada');
      const headers = {
        authorization: write(token),
        cookie: clerkCookies(token),
        'sec-fetch-site': 'same-origin',
      };
      await expectRefused(world.start(), { headers });
    },
  );

  test('A11 the header decides where header and cookie carry different sessions', async () => {
    const gateway = world.start();
    const cookie = clerkCookies(await world.clerk.mintSessionToken('sess_grace_acme'));
    const headers = { cookie, 'sec-fetch-site': 'same-origin' };
    const query = '{ session { id userId organizationId } sessionToken(template: "hasura") { claims } }';
    const { data } = await gateway.ask(query, { session: 'sess_ada', headers });
    expect(data.session).toEqual({ id: 'sess_ada', userId: 'user_ada', organizationId: null });
    expect(data.sessionToken.claims.sub).toBe('user_ada');
    expect(gateway.audited).toMatchObject([
      { sessionId: 'sess_ada', userId: 'user_ada', organizationId: null },
    ]);
  });

  test('A11 a refused header beside a valid cookie is refused', async () => {
    const cookie = clerkCookies(await world.clerk.mintSessionToken('sess_grace_acme'));
    const bearer = await signSession(world.clerk, { exp: nowSeconds() - 60, iat: nowSeconds() - 120 });
    await expectRefused(world.start(), { bearer, headers: { cookie, 'sec-fetch-site': 'same-origin' } });
  });
});

test('A13 a token in the URL is ignored', async () => {
  const token = await world.clerk.mintSessionToken('sess_ada');
  const url = `${gatewayOrigin}/graphql?access_token=${token}&authorization=${token}`;
  const body = JSON.stringify({ query: '{ session { id } }' });
  const response = await world
    .start()
    .fetch(new Request(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } }));
  expect(await response.json()).toEqual({ data: { session: null } });
});
