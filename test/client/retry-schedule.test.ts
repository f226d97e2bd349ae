import { describe, expect, test } from 'vitest';
import { type TokenChange, TokenError } from '../../src/client/index.ts';
import { useFakeTime } from '../support/fake-time.ts';
import { type GatewayAnswer, useSources } from './fake-gateway.ts';

const { pass, during } = useFakeTime();
const start = useSources();

const limited = (retryAfter: number): GatewayAnswer => ({ code: 'RATE_LIMITED', retryAfter });

describe('retryAfter', () => {
  test('is waited out by a call, when that is not too long', async () => {
    const { gateway, source } = start();
    gateway.answer = () => (gateway.asked.length > 1 ? { jwt: 'token', expiresIn: 60 } : limited(5));
    const asking = source.getToken();
    await pass(5);
    expect(gateway.asked).toHaveLength(1);
    expect(await during(1, asking)).toBe('token');
    expect(gateway.asked).toHaveLength(2);
  });

  test('that is longer than maxWait rejects at once, and says how long it is', async () => {
    const { gateway, source } = start();
    gateway.answer = () => limited(30);
    await expect(during(0.2, source.getToken())).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfter: 30,
      message: 'The gateway answered RATE_LIMITED.',
    });
    await pass(19);
    await expect(source.getToken()).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 11 });
    expect(gateway.asked).toHaveLength(1);
  });

  test('is waited out together: one request for all at its end', async () => {
    const { gateway, source } = start();
    gateway.answer = () => (gateway.asked.length > 1 ? { jwt: 'token', expiresIn: 60 } : limited(5));
    const first = source.getToken();
    await pass(2);
    const others = Array.from({ length: 10 }, () => source.getToken());
    expect(new Set(await during(5, Promise.all([first, ...others])))).toEqual(new Set(['token']));
    expect(gateway.asked).toHaveLength(2);
  });

  test('leaves the held token where it is, to within a second of its end', async () => {
    const { gateway, source } = start();
    await during(1, source.getToken());
    gateway.answer = () => ({ code: 'UPSTREAM_UNAVAILABLE', retryAfter: 30 });
    await pass(45);
    expect(await source.getToken()).toBe('token-1');
    await pass(12.5);
    expect(await source.getToken()).toBe('token-1');
    await pass(0.6);
    await expect(during(20, source.getToken())).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(gateway.asked).toHaveLength(2);
  });

  test('is taken from the header, where a proxy has answered', async () => {
    const { gateway, source } = start();
    const headers = { 'retry-after': '40' };
    gateway.answer = () => new Response('<html>busy</html>', { status: 503, headers });
    await expect(during(1, source.getToken())).rejects.toMatchObject({
      code: 'NETWORK_ERROR',
      retryAfter: 40,
    });
  });

  test.each([
    [0, 1],
    [1e9, 3600],
  ])('of %j counts as %j', async (said, meant) => {
    const { gateway, source } = start({ maxWait: 0 });
    gateway.answer = () => limited(said);
    await expect(during(1, source.getToken())).rejects.toMatchObject({ retryAfter: meant });
  });

  test.each(['soon', -1, null])('of %j is none', async (said) => {
    const { gateway, source } = start();
    gateway.answer = () => limited(said as number);
    await expect(during(1, source.getToken())).rejects.toMatchObject({ retryAfter: undefined });
  });

  test('that is said again and again comes to an end', async () => {
    const { gateway, source } = start();
    gateway.answer = () => limited(1);
    await expect(during(20, source.getToken())).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(gateway.asked).toHaveLength(5);
  });
});

describe('a failure', () => {
  const answers: [string, GatewayAnswer | (() => GatewayAnswer), string][] = [
    ['no connection', new TypeError('fetch failed'), 'NETWORK_ERROR'],
    ['a page of a proxy', () => new Response('<html></html>', { status: 502 }), 'NETWORK_ERROR'],
    ['an empty answer', () => new Response(null, { status: 204 }), 'NETWORK_ERROR'],
    ['JSON of another kind', () => Response.json(null), 'NETWORK_ERROR'],
    ['no token and no error', () => Response.json({ data: { sessionToken: null } }), 'NETWORK_ERROR'],
    ['an odd code', { code: 'Bearer abc' }, 'NETWORK_ERROR'],
    ['a token that is over', { jwt: 'a.b.c', expiresIn: 0 }, 'NETWORK_ERROR'],
    ['a token without a time', { jwt: 'a.b.c' } as GatewayAnswer, 'NETWORK_ERROR'],
    ['a policy', { code: 'FORBIDDEN' }, 'FORBIDDEN'],
    ['a code that is new', { code: 'SOMETHING_NEW' }, 'SOMETHING_NEW'],
  ];

  test.each(answers)('that is %s has a code', async (_what, answer, code) => {
    const { gateway, source } = start();
    gateway.answer = () => (typeof answer === 'function' ? answer() : answer);
    const error = await during(
      1,
      source.getToken().catch((thrown) => thrown),
    );
    expect(error).toBeInstanceOf(TokenError);
    expect(error).toMatchObject({ name: 'TokenError', code });
    expect(gateway.asked).toHaveLength(1);
    expect(error.message).not.toMatch(/Bearer|a\.b\.c|html|eyJ/);
  });

  test('keeps what was thrown underneath', async () => {
    const { gateway, source } = start();
    const cause = new TypeError('fetch failed');
    gateway.answer = () => cause;
    await expect(during(1, source.getToken())).rejects.toMatchObject({ cause });
  });

  test('is the same one for all who wait, and none of those who come after', async () => {
    const { gateway, source } = start();
    gateway.answer = () =>
      gateway.asked.length > 1 ? { jwt: 'token', expiresIn: 60 } : new TypeError('down');
    const outcomes = await during(1, Promise.allSettled([source.getToken(), source.getToken()]));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await during(1, source.getToken())).toBe('token');
  });

  test.each(['FORBIDDEN', 'TEMPLATE_NOT_FOUND'])('%s drops the held token', async (code) => {
    const { gateway, source } = start();
    await during(1, source.getToken());
    gateway.answer = () => ({ code });
    await pass(45);
    expect(await source.getToken()).toBe('token-1');
    await pass(1);
    await expect(during(1, source.getToken())).rejects.toMatchObject({ code });
  });

  test('of a renewal is tried again after 1, 2, 4 s and so on while somebody listens', async () => {
    const { gateway, source } = start();
    const told: TokenChange[] = [];
    source.subscribe((change) => told.push(change));
    await during(1, source.getToken());
    gateway.latency = 0;
    gateway.answer = () => new TypeError('down');
    await pass(180);
    expect(gateway.asked.map(({ second }) => second)).toEqual([0, 45, 46, 48, 52, 60, 76, 106, 136, 166]);
    // The token is told of while it lives, and then not.
    expect(told[1]).toMatchObject({ token: 'token-1', error: { code: 'NETWORK_ERROR' } });
    expect(told.at(-1)).toMatchObject({ token: null, error: { code: 'NETWORK_ERROR' } });
  });

  test('of a renewal is over when the gateway is back', async () => {
    const { gateway, source } = start();
    source.subscribe(() => {});
    await during(1, source.getToken());
    const { answer } = gateway;
    gateway.answer = () => new TypeError('down');
    await pass(100);
    gateway.answer = answer;
    await pass(30);
    expect(await source.getToken()).toMatch(/^token-\d+$/);
    const asked = gateway.asked.length;
    await pass(10);
    expect(gateway.asked).toHaveLength(asked);
  });
});

describe('what gives the session token', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('offline');
      },
    ],
    ['rejects', () => Promise.reject(new Error('offline'))],
  ])('is named as the cause when it %s', async (_how, getToken) => {
    const { source } = start({ credentials: { getToken } });
    await expect(source.getToken()).rejects.toMatchObject({
      code: 'NETWORK_ERROR',
      message: 'The session token could not be read.',
      cause: { message: 'offline' },
    });
  });

  test('may fail while a token is held', async () => {
    const { gateway, clerk, source } = start();
    await during(1, source.getToken());
    const read = clerk.getToken;
    clerk.getToken = () => Promise.reject(new Error('offline'));
    await pass(57);
    expect(await source.getToken()).toBe('token-1');
    clerk.getToken = read;
    expect(await during(1, source.getToken())).toBe('token-2');
    expect(gateway.asked).toHaveLength(2);
  });

  test('is tried again behind while somebody listens', async () => {
    const { gateway, clerk, source } = start();
    source.subscribe(() => {});
    await during(1, source.getToken());
    const read = clerk.getToken;
    clerk.getToken = () => Promise.reject(new Error('offline'));
    await pass(46);
    expect(gateway.asked).toHaveLength(1);
    clerk.getToken = read;
    await pass(4);
    expect(gateway.asked).toHaveLength(2);
  });

  test('that hangs is not waited for longer than a request', async () => {
    const { source } = start({ credentials: { getToken: () => new Promise<string>(() => {}) } });
    await expect(during(10, source.getToken())).rejects.toMatchObject({
      code: 'NETWORK_ERROR',
      message: 'No answer within 10000 ms.',
    });
  });
});
