import { afterEach, describe, expect, test, vi } from 'vitest';
import { startLocalClerk } from '../../src/local-clerk/index.ts';
import { readAnswer, tokenQuery } from '../support/answer.ts';
import { gatewayOrigin, type TestGateway, useGateways } from '../support/gateway.ts';
import {
  categories,
  clerkCookies,
  malformedIds,
  nowSeconds,
  sessionClaims,
  signSession,
} from '../support/tokens.ts';

const world = useGateways();
const ownPage = { 'sec-fetch-site': 'same-origin' };
const sessionQuery = '{ session { id userId organizationId } }';

afterEach(() => {
  vi.restoreAllMocks();
});

function askWith(gateway: TestGateway, cookie: string) {
  return gateway.ask(sessionQuery, { headers: { cookie, ...ownPage } });
}

async function expectRefused(gateway: TestGateway, cookie: string) {
  const answer = await askWith(gateway, cookie);
  expect(answer.codes).toEqual(['UNAUTHENTICATED']);
  expect(answer.data).toEqual({ session: null });
  expect(world.requests()).toBe(0);
}

const cookieToken = (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}) =>
  signSession(world.clerk, { iss: world.clerk.issuer, azp: gatewayOrigin, ...claims }, header);

describe('session cookies', () => {
  test('a session cookie is accepted from the same origin', async () => {
    const { data, errors } = await askWith(world.start(), clerkCookies(await cookieToken()));
    expect(errors).toEqual([]);
    expect(data.session).toEqual({ id: 'sess_ada', userId: 'user_ada', organizationId: null });
  });

  test('A08 a template token that this gateway minted is refused as a session cookie', async () => {
    const gateway = world.start();
    const { data } = await gateway.ask(tokenQuery, {
      session: 'sess_ada',
      variables: { template: 'hasura' },
    });
    world.clerk.controls.resetRequests();
    await expectRefused(gateway, clerkCookies(data.sessionToken.jwt));
  });

  test.each<[string, () => Record<string, unknown>, Record<string, unknown>]>([
    ['of the template category', () => ({}), { cat: categories.template }],
    ['without a session id', () => ({ sid: undefined }), {}],
    ['of a pending session', () => ({ sts: 'pending' }), {}],
    ['of a session that has ended', () => ({ sts: 'revoked' }), {}],
    ['that lives too long', () => ({ exp: nowSeconds() + 3600 }), {}],
    ['without iat', () => ({ iat: undefined }), {}],
    ['that has expired', () => ({ iat: nowSeconds() - 120, exp: nowSeconds() - 60 }), {}],
    ['of a machine', () => ({ sub: 'mch_1' }), {}],
  ])('A20 a session cookie %s is refused', async (_what, claims, header) => {
    await expectRefused(world.start(), clerkCookies(await cookieToken(claims(), header)));
  });

  test.each([[{}], [{ toString: 1 }], [['x']], [1], [true], [null]])(
    'A22 a session cookie whose kid is %j is refused, and no request goes out',
    async (kid) => {
      const cookie = clerkCookies(await cookieToken({}, { kid }));
      await expectRefused(world.start(), cookie);
      await expectRefused(world.startWithoutJwtKey(), cookie);
    },
  );

  test('A22 a session cookie with a malformed header is refused, also beside one of a known key', async () => {
    const suffix = await cookieSuffix();
    // The SDK takes the newer of the two.
    const older = { iat: nowSeconds() - 10 };
    const odd = async (header: Record<string, unknown>) =>
      clerkCookies(await cookieToken(older), {
        [`__session_${suffix}`]: await cookieToken({}, header),
        [`__client_uat_${suffix}`]: String(nowSeconds() - 60),
        [`__clerk_db_jwt_${suffix}`]: 'dvb_test',
      });
    const { data } = await askWith(world.start(), await odd({}));
    expect(data.session).toMatchObject({ id: 'sess_ada' });
    for (const header of [{ kid: 5 }, { kid: 5, cat: categories.template }, { cat: {} }]) {
      await expectRefused(world.start(), await odd(header));
    }
  });

  test('A22 a session cookie with a malformed session id is refused, and no request goes out', async () => {
    const gateway = world.start();
    for (const sid of malformedIds) await expectRefused(gateway, clerkCookies(await cookieToken({ sid })));
  });

  test.each([
    ['is a word', 'garbage'],
    ['has three parts of nothing', 'a.b.c'],
    ['is dots alone', '..'],
    ['is 20 kB long', 'a'.repeat(20_000)],
    ['is percent-encoded', '%00'],
  ])('A13 a session cookie that %s is refused, never 500', async (_what, value) => {
    await expectRefused(world.start(), clerkCookies(value));
    await expectRefused(world.startWithoutJwtKey(), `__session=${value}`);
  });

  test('A13 a valid session cookie of more than 16 kB is refused before it is decoded', async () => {
    const gateway = world.start();
    const small = await cookieToken({ filler: 'x'.repeat(10_000) });
    expect((await askWith(gateway, clerkCookies(small))).errors).toEqual([]);
    await expectRefused(gateway, clerkCookies(await cookieToken({ filler: 'x'.repeat(13_000) })));
  });

  test.each(['ak', 'oat', 'mt'])(
    'A12 an opaque token with the prefix %s_ is refused as a cookie',
    async (prefix) => {
      await expectRefused(world.start(), clerkCookies(`${prefix}_${'a'.repeat(32)}`));
    },
  );

  test('A09 a session cookie with a wrong or missing azp is refused where authorized parties are named', async () => {
    const gateway = world.start({ authorizedParties: [gatewayOrigin] });
    vi.spyOn(console, 'warn').mockReturnValue();
    await expectRefused(gateway, clerkCookies(await cookieToken({ azp: 'https://evil.example' })));
    expect(gateway.logLines.at(-1)).toContain('parties: the token names https://evil.example (azp)');
    await expectRefused(gateway, clerkCookies(await cookieToken({ azp: undefined })));
    expect(gateway.logLines.at(-1)).toContain('parties: the token names none (azp)');
    expect((await askWith(gateway, clerkCookies(await cookieToken()))).data.session.id).toBe('sess_ada');
  });

  test('A06 a session cookie of another instance is refused, and does not hide a valid one beside it', async () => {
    const other = await startLocalClerk();
    try {
      const header = { cat: categories.session };
      const foreign = await other.sign(
        sessionClaims({ iss: other.issuer, sub: 'user_other', azp: gatewayOrigin }),
        { header },
      );
      const gateway = world.startWithoutJwtKey();
      const alone = await askWith(gateway, clerkCookies(foreign));
      expect(alone.codes).toEqual(['UNAUTHENTICATED']);

      const own = await cookieToken();
      const suffix = await cookieSuffix();
      const both = clerkCookies(foreign, {
        [`__session_${suffix}`]: own,
        [`__client_uat_${suffix}`]: String(nowSeconds() - 60),
        [`__clerk_db_jwt_${suffix}`]: 'dvb_test',
      });
      expect((await askWith(gateway, both)).data.session).toMatchObject({ userId: 'user_ada' });
    } finally {
      await other.close();
    }
  });

  test('A11 two sessions in one cookie header never mix: everything comes from one of them', async () => {
    const first = await cookieToken();
    const second = await signSession(world.clerk, {
      sid: 'sess_grace_acme',
      sub: 'user_grace',
      azp: gatewayOrigin,
    });
    const cookie = `${clerkCookies(first)}; __session=${second}`;
    const { data } = await askWith(world.start(), cookie);
    expect([
      ['sess_ada', 'user_ada'],
      ['sess_grace_acme', 'user_grace'],
    ]).toContainEqual([data.session.id, data.session.userId]);
  });
});

describe('handshakes', () => {
  const garbage = [
    '',
    'garbage',
    'a.b.c',
    '%',
    '%%%',
    'http://evil.example/',
    '//evil.example',
    `${'a'.repeat(5_000)}`,
  ];
  const names = [
    '__clerk_handshake',
    '__clerk_handshake_nonce',
    '__clerk_redirect_url',
    '__clerk_synced',
    '__clerk_db_jwt',
    '__clerk_help',
    '__clerk_hs_reason',
    '__dev_session',
  ];
  const withoutSession = names.filter((name) => name !== '__clerk_db_jwt');

  function visit(gateway: TestGateway, query: string, headers: Record<string, string>, path = '/graphql') {
    const body = JSON.stringify({ query: sessionQuery });
    const url = `${gatewayOrigin}${path}?${query}`;
    const all = { 'content-type': 'application/json', ...ownPage, ...headers };
    return gateway.fetch(new Request(url, { method: 'POST', body, headers: all }));
  }

  function expectNothingOfClerk(headers: Headers) {
    const copied = [...headers.keys()].filter((name) => /clerk|set-cookie|location/i.test(name));
    expect(copied).toEqual([]);
  }

  test.each(names)(
    'A17 %s in the URL of an anonymous client causes no request and no answer of Clerk',
    async (name) => {
      const gateways = [world.start(), world.startWithoutJwtKey()];
      for (const value of garbage) {
        for (const gateway of gateways) {
          const response = await visit(gateway, `${name}=${value}`, {
            accept: 'text/html, */*;q=0.8',
            'sec-fetch-dest': 'document',
          });
          expectNothingOfClerk(response.headers);
          const { status, data, errors } = await readAnswer(response);
          expect({ status, data, errors }).toEqual({ status: 200, data: { session: null }, errors: [] });
        }
      }
      expect(world.requests()).toBe(0);
    },
  );

  test.each(withoutSession)(
    'A17 a cookie %s of an anonymous client causes no request and no answer of Clerk',
    async (name) => {
      const suffix = await cookieSuffix();
      for (const gateway of [world.start(), world.startWithoutJwtKey()]) {
        for (const value of garbage) {
          const cookie = `${name}=${value}; ${name}_${suffix}=${value}; __client_uat=1; __clerk_db_jwt=x`;
          const response = await visit(gateway, `__clerk_handshake=${value}`, { cookie });
          expectNothingOfClerk(response.headers);
          const { status, errors } = await readAnswer(response);
          expect({ status, errors }).toEqual({ status: 200, errors: [] });
        }
      }
      expect(world.requests()).toBe(0);
    },
  );

  test.each(names)('A17 token fields answer UNAUTHENTICATED to an anonymous client with %s', async (name) => {
    const body = JSON.stringify({ query: tokenQuery, variables: { template: 'hasura' } });
    for (const gateway of [world.start(), world.startWithoutJwtKey()]) {
      for (const value of ['garbage', 'a.b.c', '%']) {
        const cookie = `${name}=${value}; __client_uat=1; __clerk_db_jwt=x`;
        const headers = { cookie, 'content-type': 'application/json', ...ownPage };
        const url = `${gatewayOrigin}/graphql?${name}=${value}`;
        const response = await gateway.fetch(new Request(url, { method: 'POST', body, headers }));
        expectNothingOfClerk(response.headers);
        expect((await readAnswer(response)).codes).toEqual(['UNAUTHENTICATED']);
      }
    }
    expect(world.requests()).toBe(0);
  });

  test('A17 a browser that opens GraphiQL with handshake parameters gets the page and no answer of Clerk', async () => {
    const gateway = world.start({ mode: 'development' });
    const headers = { accept: 'text/html', cookie: '__clerk_handshake_nonce=abc; __client_uat=1' };
    const url = `${gatewayOrigin}/graphql?__clerk_handshake=a.b.c&__clerk_redirect_url=//evil.example`;
    const response = await gateway.fetch(new Request(url, { headers }));
    expect(response.status).toBe(200);
    expectNothingOfClerk(response.headers);
    expect(world.requests()).toBe(0);
  });

  test('A17 a handshake that Clerk signed, beside an expired session cookie, is not followed', async () => {
    const gateway = world.start();
    const fresh = await cookieToken();
    const handshake = await world.clerk.sign({
      handshake: [`__session=${fresh}; Path=/`, '__client_uat=1; Path=/'],
    });
    const expired = await cookieToken({ iat: nowSeconds() - 120, exp: nowSeconds() - 60 });
    const refresh = { __refresh: 'abc', [`__refresh_${await cookieSuffix()}`]: 'abc' };
    const cookie = clerkCookies(expired, { __clerk_handshake: handshake, ...refresh });
    const response = await visit(gateway, `__clerk_handshake=${handshake}`, { cookie });
    expectNothingOfClerk(response.headers);
    const { codes } = await readAnswer(response);
    expect(codes).toEqual(['UNAUTHENTICATED']);
    expect(world.requests()).toBe(0);
  });

  test('A17 a valid session cookie is accepted beside handshake cookies, parameters and headers', async () => {
    const cookie = clerkCookies(await cookieToken(), {
      __clerk_handshake: 'garbage',
      __clerk_handshake_nonce: 'x',
    });
    const response = await visit(
      world.start(),
      '__clerk_handshake=garbage&__clerk_redirect_url=%25&__clerk_db_jwt=x',
      {
        cookie,
        accept: 'text/html, */*;q=0.8',
        referer: 'https://evil.example/',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'javascript',
        'clerk-proxy-url': 'https://evil.example',
      },
    );
    expectNothingOfClerk(response.headers);
    expect((await readAnswer(response)).data.session.id).toBe('sess_ada');
    expect(world.requests()).toBe(0);
  });
});

/** The suffix by which Clerk's browser SDK distinguishes the cookies of several applications on one domain. */
async function cookieSuffix() {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(world.clerk.publishableKey));
  return Buffer.from(digest).toString('base64url').slice(0, 8);
}
