import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFixedKey, createRemoteKeys } from '../../src/clerk/jwks.ts';
import type { ForcedAnswer } from '../../src/local-clerk/index.ts';
import { clerkErrorBody } from '../support/clerk-errors.ts';
import { startDeadServer } from '../support/dead-server.ts';
import { startEndless401 } from '../support/endless-401.ts';
import { type TestGateway, useGateways } from '../support/gateway.ts';
import { testSecretKeys } from '../support/secret-keys.ts';
import { createForge, kidOf, nowSeconds, signSession } from '../support/tokens.ts';

const world = useGateways();
const jwks = 'GET /v1/jwks';
const fetches = () => world.clerk.controls.requests(jwks);
const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: nowSeconds() * 1000 });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function passTime(milliseconds: number) {
  vi.setSystemTime(Date.now() + milliseconds);
}

/** The code that a caller with this token gets, or its session id. */
async function verdict(gateway: TestGateway, bearer: string) {
  const { data, codes } = await gateway.ask('{ session { id } }', { bearer });
  return data.session?.id ?? codes[0];
}

const goodToken = () => signSession(world.clerk);
const goodKeySet = () => world.clerk.fetch(new Request(`${world.clerk.url}/.well-known/jwks.json`));

/** Remote keys whose fetch is this, with a deadline of 100 ms. */
function remoteKeysWith(answer: (request: number) => Promise<Response>) {
  let requests = 0;
  const secretKeys = testSecretKeys();
  const keys = createRemoteKeys({
    url: new URL('https://clerk.invalid/v1/jwks'),
    secretKeys,
    deadline: () => 100,
    log: { error: () => {} },
    now: () => Date.now(),
    fetch: async () => {
      requests += 1;
      return answer(requests);
    },
  });
  return { keys, secretKeys, requests: () => requests };
}
const withUnknownKid = (kid: unknown) => signSession(world.clerk, {}, { kid });

describe('unknown keys', () => {
  test('A07 100 parallel tokens with unknown kids cause one fetch, and the next 100 none', async () => {
    const gateway = world.startWithoutJwtKey();
    const tokens = await Promise.all(
      Array.from({ length: 100 }, (_, at) => withUnknownKid(`ins_unknown${at}`)),
    );
    const ask = () => Promise.all(tokens.map((token) => verdict(gateway, token)));
    expect(new Set(await ask())).toEqual(new Set(['UNAUTHENTICATED']));
    expect(fetches()).toBe(1);
    passTime(9 * seconds);
    expect(new Set(await ask())).toEqual(new Set(['UNAUTHENTICATED']));
    expect(fetches()).toBe(1);
    passTime(2 * seconds);
    expect(new Set(await ask())).toEqual(new Set(['UNAUTHENTICATED']));
    expect(fetches()).toBe(2);
  });

  test('A07 good tokens are accepted beside tokens with unknown kids, with the same fetch', async () => {
    const gateway = world.startWithoutJwtKey();
    const good = await goodToken();
    const bad = await withUnknownKid('ins_unknown');
    const verdicts = await Promise.all([bad, good, bad, good].map((token) => verdict(gateway, token)));
    expect(verdicts).toEqual(['UNAUTHENTICATED', 'sess_ada', 'UNAUTHENTICATED', 'sess_ada']);
    expect(fetches()).toBe(1);
  });

  test('A07 a token without a kid is refused, and causes no fetch', async () => {
    const gateway = world.startWithoutJwtKey();
    await verdict(gateway, await goodToken());
    passTime(11 * seconds);
    expect(await verdict(gateway, await withUnknownKid(undefined))).toBe('UNAUTHENTICATED');
    expect(fetches()).toBe(1);
  });

  test.each([5, null, {}, ['a'], '', '__proto__', 'constructor'])(
    'A07 the kid %j is refused',
    async (kid) => {
      const gateway = world.startWithoutJwtKey();
      expect(await verdict(gateway, await withUnknownKid(kid))).toBe('UNAUTHENTICATED');
    },
  );
});

describe('an unreachable Clerk', () => {
  test.each([
    ['answers 500', { status: 500, body: { errors: [] } }],
    ['refuses the secret key', { status: 401, body: { errors: [{ code: 'clerk_key_invalid' }] } }],
    ['answers HTML', { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } }],
    ['answers other JSON', { status: 200, body: { hello: 'world' } }],
    ['answers no keys', { status: 200, body: { keys: [] } }],
    [
      'answers only keys that cannot be used',
      { status: 200, body: { keys: [{ kty: 'RSA', kid: 'a' }, { kty: 'oct' }] } },
    ],
  ])('A15 a JWKS that %s is UPSTREAM_UNAVAILABLE, not UNAUTHENTICATED', async (_what, answer) => {
    world.clerk.controls.answerAlways(answer, jwks);
    const gateway = world.startWithoutJwtKey();
    const { codes, text } = await gateway.ask('{ session { id } }', { bearer: await goodToken() });
    expect(codes).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(text).not.toContain('JWKS');
    world.clerk.controls.answerAlways(null, jwks);
    passTime(2 * seconds);
    expect(await verdict(gateway, await goodToken())).toBe('sess_ada');
  });

  test('A15 a session cookie is UPSTREAM_UNAVAILABLE, too, while the JWKS cannot be fetched', async () => {
    world.clerk.controls.answerAlways({ status: 500 }, jwks);
    const headers = { cookie: `__session=${await goodToken()}`, 'sec-fetch-site': 'same-origin' };
    const { codes } = await world.startWithoutJwtKey().ask('{ session { id } }', { headers });
    expect(codes).toEqual(['UPSTREAM_UNAVAILABLE']);
  });

  test('A15 a closed connection is UPSTREAM_UNAVAILABLE, and the log has its URL and cause', async () => {
    const apiUrl = await startDeadServer();
    const gateway = world.startWithoutJwtKey({ apiUrl });
    expect(await verdict(gateway, await goodToken())).toBe('UPSTREAM_UNAVAILABLE');
    const line = gateway.logLines.map((text) => JSON.parse(text)).find(({ level }) => level === 50);
    expect(line).toMatchObject({
      url: `${apiUrl}/v1/jwks`,
      cause: expect.stringMatching(/^(ECONN|UND_ERR)/),
    });
  });

  test('A15 a JWKS that never answers is abandoned after 3 s, and every waiting request is answered', async () => {
    const release = world.clerk.controls.hang(jwks);
    const giveUp = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(giveUp.signal);
    const gateway = world.startWithoutJwtKey();
    const token = await goodToken();
    const verdicts = Promise.all(Array.from({ length: 20 }, () => verdict(gateway, token)));
    await expect.poll(fetches).toBe(1);
    giveUp.abort(new DOMException('too late', 'TimeoutError'));
    expect(new Set(await verdicts)).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
    expect(timeout).toHaveBeenCalledWith(3_000);
    expect(fetches()).toBe(1);
    release();
  });

  test('A15 a failed fetch is not repeated within a second', async () => {
    world.clerk.controls.answerAlways({ status: 500 }, jwks);
    const gateway = world.startWithoutJwtKey();
    const token = await goodToken();
    for (let at = 0; at < 20; at += 1) expect(await verdict(gateway, token)).toBe('UPSTREAM_UNAVAILABLE');
    expect(fetches()).toBe(1);
    passTime(999);
    expect(await verdict(gateway, token)).toBe('UPSTREAM_UNAVAILABLE');
    expect(fetches()).toBe(1);
    passTime(1);
    expect(await verdict(gateway, token)).toBe('UPSTREAM_UNAVAILABLE');
    expect(fetches()).toBe(2);
  });

  test('A15 the deadline of the options bounds a fetch', async () => {
    world.clerk.controls.hang(jwks);
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    const gateway = world.startWithoutJwtKey({ deadline: 150 });
    expect(await verdict(gateway, await goodToken())).toBe('UPSTREAM_UNAVAILABLE');
    expect(timeout).toHaveBeenCalledWith(150);
  });

  test('A15 an unknown kid is UPSTREAM_UNAVAILABLE while the set that might hold it cannot be fetched', async () => {
    const gateway = world.startWithoutJwtKey();
    await verdict(gateway, await goodToken());
    passTime(11 * seconds);
    world.clerk.controls.answerAlways({ status: 500 }, jwks);
    const unknown = await withUnknownKid('ins_unknown');
    expect(await verdict(gateway, unknown)).toBe('UPSTREAM_UNAVAILABLE');
    expect(await verdict(gateway, unknown)).toBe('UPSTREAM_UNAVAILABLE');
    expect(fetches()).toBe(2);
    expect(await verdict(gateway, await goodToken())).toBe('sess_ada');
  });
});

describe('the lifetime of a key set', () => {
  test('R08 a token signed by a new key causes one fetch and is accepted; so is one by the old key', async () => {
    const gateway = world.startWithoutJwtKey();
    const old = await goodToken();
    expect(await verdict(gateway, old)).toBe('sess_ada');
    await world.clerk.controls.rotateSigningKey();
    passTime(11 * seconds);
    const tokens = await Promise.all(Array.from({ length: 20 }, goodToken));
    expect(new Set(await Promise.all(tokens.map((token) => verdict(gateway, token))))).toEqual(
      new Set(['sess_ada']),
    );
    expect(await verdict(gateway, old)).toBe('sess_ada');
    expect(fetches()).toBe(2);
  });

  test('R08 a key that has left the set is refused after the next fetch of the set', async () => {
    const gateway = world.startWithoutJwtKey();
    // Not sent before: an accepted token is cached until it expires.
    const old = await goodToken();
    expect(await verdict(gateway, await signSession(world.clerk, { jti: 'another' }))).toBe('sess_ada');
    await world.clerk.controls.rotateSigningKey({ keepOld: false });
    passTime(11 * seconds);
    expect(await verdict(gateway, await goodToken())).toBe('sess_ada');
    expect(await verdict(gateway, old)).toBe('UNAUTHENTICATED');
  });

  test('a key set older than 5 minutes is used at once, and fetched again in the background', async () => {
    const gateway = world.startWithoutJwtKey();
    await verdict(gateway, await goodToken());
    passTime(5 * minutes);
    const release = world.clerk.controls.hang(jwks);
    expect(await verdict(gateway, await goodToken())).toBe('sess_ada');
    expect(await verdict(gateway, await goodToken())).toBe('sess_ada');
    await expect.poll(fetches).toBe(2);
    release();
  });

  test('A15 the last good set is used for 24 hours while the JWKS cannot be fetched', async () => {
    const gateway = world.startWithoutJwtKey();
    await verdict(gateway, await goodToken());
    world.clerk.controls.answerAlways({ status: 500 }, jwks);
    for (const passed of [6 * minutes, 1 * hours, 22 * hours]) {
      passTime(passed);
      expect(await verdict(gateway, await goodToken())).toBe('sess_ada');
    }
    passTime(1 * hours);
    expect(await verdict(gateway, await goodToken())).toBe('UPSTREAM_UNAVAILABLE');
  });

  test('A15 an empty set does not replace the last good one', async () => {
    const gateway = world.startWithoutJwtKey();
    await verdict(gateway, await goodToken());
    world.clerk.controls.answerAlways({ status: 200, body: { keys: [] } }, jwks);
    passTime(6 * minutes);
    for (let at = 0; at < 3; at += 1) {
      expect(await verdict(gateway, await goodToken())).toBe('sess_ada');
      await expect.poll(fetches).toBeGreaterThanOrEqual(2);
    }
  });

  test('after the clock has jumped back, neither a set nor a failure stays for ever', async () => {
    const gateway = world.startWithoutJwtKey();
    await verdict(gateway, await goodToken());
    passTime(-2 * hours);
    expect(await verdict(gateway, await goodToken())).toBe('sess_ada');
    expect(fetches()).toBe(2);
    world.clerk.controls.answerAlways({ status: 500 }, jwks);
    passTime(-2 * hours);
    expect(await verdict(gateway, await goodToken())).toBe('UPSTREAM_UNAVAILABLE');
    world.clerk.controls.answerAlways(null, jwks);
    passTime(-2 * hours);
    expect(await verdict(gateway, await goodToken())).toBe('sess_ada');
  });

  test('a fetch that never settles, because its runtime has stopped it, delays others until the deadline only', async () => {
    const { keys, requests } = remoteKeysWith(async (request) =>
      request === 1 ? new Promise(() => {}) : goodKeySet(),
    );
    void keys.find('lost');
    await expect(keys.find('joined')).rejects.toMatchObject({ extensions: { code: 'UPSTREAM_UNAVAILABLE' } });
    passTime(2 * seconds);
    expect([await keys.find('unknown'), requests()]).toEqual([null, 2]);
  });

  test('a lost fetch that settles late does not replace the key set of a later fetch', async () => {
    const late = Promise.withResolvers<Response>();
    const kid = await kidOf(world.clerk);
    const { keys } = remoteKeysWith(async (request) => (request === 1 ? late.promise : goodKeySet()));
    const lost = keys.find('lost');
    passTime(2 * seconds);
    expect(await keys.find(kid)).toContain('PUBLIC KEY');
    late.resolve(Response.json({ keys: [{ ...createForge().publicJwk, kid: 'old' }] }));
    expect(await lost).toBeNull();
    expect(await keys.find(kid)).toContain('PUBLIC KEY');
  });

  test('a lost fetch that fails late does not refuse the secret key that a later fetch has shown to be good', async () => {
    const late = Promise.withResolvers<Response>();
    const kid = await kidOf(world.clerk);
    const { keys, secretKeys } = remoteKeysWith(async (request) =>
      request === 1 ? late.promise : goodKeySet(),
    );
    const lost = keys.find('lost').catch(() => 'lost');
    passTime(2 * seconds);
    expect(await keys.find(kid)).toContain('PUBLIC KEY');
    late.resolve(Response.json({ errors: [{ code: 'clerk_key_invalid' }] }, { status: 401 }));
    expect(await lost).toBe('lost');
    expect(secretKeys.verdict()).toBe('accepted');
    // A failure that counts would make this unknown key unavailable.
    expect(await keys.find('unknown')).toBeNull();
  });

  test('a background fetch is handed to waitUntil of the host', async () => {
    const { keys, requests } = remoteKeysWith(goodKeySet);
    const works: Promise<unknown>[] = [];
    await keys.find('unknown', (work) => works.push(work));
    passTime(6 * minutes);
    expect(works).toHaveLength(0);
    await keys.find('unknown', (work) => works.push(work));
    expect(works.length).toBeGreaterThan(0);
    await Promise.all(works);
    expect(requests()).toBe(2);
  });

  const refused =
    'Clerk refuses the secret key: check CLERK_SECRET_KEY against Clerk Dashboard: Configure, API keys';
  const unreachable = "Clerk's key set (JWKS) cannot be fetched";
  const notReadyReasons = async (gateway: TestGateway): Promise<string[]> => {
    const response = await gateway.fetch(new Request('https://tokens.example.com/ready'));
    return ((await response.json()) as { notReadyReasons?: string[] }).notReadyReasons ?? [];
  };

  test.each<[string, Omit<ForcedAnswer, 'status'>]>([
    ['a page', { body: '<html>', headers: { 'content-type': 'text/html' } }],
    ['nothing', {}],
    ['the JSON of a gateway', { body: { message: 'Unauthorized' } }],
    ['null', { body: 'null', headers: { 'content-type': 'application/json' } }],
    ['the errors of a GraphQL server', { body: { errors: [{ message: 'clerk_key_invalid' }] } }],
    ['another refusal', { body: clerkErrorBody('session_revoked', 'no') }],
  ])('M14 a 401 with %s is not a refusal of the secret key', async (_what, answer) => {
    const [remote, fixed] = [world.startWithoutJwtKey(), world.start()];
    world.clerk.controls.answerAlways({ status: 401, ...answer }, jwks);
    expect([await notReadyReasons(remote), await notReadyReasons(fixed)]).toEqual([[unreachable], []]);
    expect(await verdict(remote, await goodToken())).toBe('UPSTREAM_UNAVAILABLE');
    expect(remote.logLines.join('')).not.toContain('CLERK_SECRET_KEY');
  });

  test.each(['clerk_key_invalid', 'authentication_invalid', 'authorization_header_format_invalid'])(
    'M14 a 401 with the code %s is a refusal of the secret key',
    async (code) => {
      world.clerk.controls.answerAlways({ status: 401, body: clerkErrorBody(code, 'no') }, jwks);
      expect(await notReadyReasons(world.startWithoutJwtKey())).toEqual([refused]);
      expect(await notReadyReasons(world.start())).toEqual([refused]);
    },
  );

  test.each<[string, ForcedAnswer]>([
    ['a page', { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } }],
    ['an empty set', { status: 200, body: { keys: [] } }],
    ['nothing', { status: 204 }],
  ])('M14 %s instead of the key set does not show that the secret key is accepted', async (_what, answer) => {
    const gateway = world.start();
    world.clerk.controls.answerNext({ status: 401, body: clerkErrorBody('clerk_key_invalid', 'no') }, jwks);
    expect(await notReadyReasons(gateway)).toEqual([refused]);
    world.clerk.controls.answerAlways(answer, jwks);
    passTime(10 * seconds);
    expect(await notReadyReasons(gateway)).toEqual([refused]);
    world.clerk.controls.answerAlways(null, jwks);
    passTime(10 * seconds);
    expect(await notReadyReasons(gateway)).toEqual([]);
  });

  test('M14 a 401 whose body never ends is abandoned at the deadline', async () => {
    const gateway = world.startWithoutJwtKey({ deadline: 150, apiUrl: await startEndless401() });
    expect(await verdict(gateway, await goodToken())).toBe('UPSTREAM_UNAVAILABLE');
  });

  test('a refused secret key is reported to the operator, in readiness and in the log', async () => {
    const gateway = world.startWithoutJwtKey({ secretKey: `${world.clerk.secretKey}x` });
    const response = await gateway.fetch(new Request('https://tokens.example.com/ready'));
    const reason =
      'Clerk refuses the secret key: check CLERK_SECRET_KEY against Clerk Dashboard: Configure, API keys';
    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 'not ready', notReadyReasons: [reason] },
    ]);
    const line = gateway.logLines.map((text) => JSON.parse(text)).find(({ msg }) => msg === reason);
    expect(line).toMatchObject({ level: 50 });
    expect(gateway.logLines.join('')).not.toContain(world.clerk.secretKey);
  });
});

test('a fixed key is the key for every kid, and always ready', async () => {
  const keys = createFixedKey('the PEM');
  expect(await Promise.all([keys.find(undefined), keys.find('any'), keys.notReadyReason()])).toEqual([
    'the PEM',
    'the PEM',
    undefined,
  ]);
});

describe('a held key', () => {
  test('X22 is found where no fetch is due: not before the first fetch, nor after 5 min, nor for another kid', async () => {
    const { keys, requests } = remoteKeysWith(goodKeySet);
    const kid = await kidOf(world.clerk);
    expect(keys.findHeld(kid)).toBeUndefined();
    const pem = await keys.find(kid);
    expect([keys.findHeld(kid), keys.findHeld('other'), keys.findHeld(undefined)]).toEqual([
      ...[pem, undefined, undefined],
    ]);
    passTime(5 * minutes);
    expect([keys.findHeld(kid), requests()]).toEqual([undefined, 1]);
  });

  test('X22 is the fixed key, for any kid', () => {
    const { findHeld } = createFixedKey('the PEM');
    expect([findHeld('ins_one'), findHeld(undefined)]).toEqual(['the PEM', 'the PEM']);
  });
});
