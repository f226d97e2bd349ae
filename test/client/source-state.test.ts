import { describe, expect, test } from 'vitest';
import { createTokenSource } from '../../src/client/index.ts';
import { useFakeTime } from '../support/fake-time.ts';
import { sessionToken, useSources } from './fake-gateway.ts';

const { pass, during } = useFakeTime();
const start = useSources();

describe('a held token', () => {
  test('is handed out without another request', async () => {
    const { gateway, source } = start();
    expect(await during(1, source.getToken())).toBe('token-1');
    expect(await source.getToken()).toBe('token-1');
    expect(gateway.asked).toMatchObject([{ template: 'hasura', fresh: false, url: gateway.url }]);
  });

  test('comes of one request for all who ask at once', async () => {
    const { gateway, source } = start();
    const together = Promise.all(Array.from({ length: 100 }, () => source.getToken()));
    expect(new Set(await during(1, together))).toEqual(new Set(['token-1']));
    expect(gateway.asked).toHaveLength(1);
  });

  test('is joined by those who come while it is on its way', async () => {
    const { gateway, source } = start();
    gateway.latency = 1000;
    const first = source.getToken();
    await pass(0.5);
    expect(await during(1, Promise.all([first, source.getToken()]))).toEqual(['token-1', 'token-1']);
    expect(gateway.asked).toHaveLength(1);
  });

  test('is replaced when an eighth of its life is left', async () => {
    const { source } = start();
    await during(1, source.getToken());
    await pass(51);
    expect(await source.getToken()).toBe('token-1');
    await pass(1);
    expect(await during(0, source.getToken().catch(String))).toBe('token-2');
  });

  test('that lives for an hour is handed out until 10 s are left', async () => {
    const { gateway, source } = start();
    gateway.answer = () => ({ jwt: `token-${gateway.asked.length}`, expiresIn: 3600 });
    await during(1, source.getToken());
    gateway.answer = () => ({ code: 'INTERNAL_SERVER_ERROR' });
    await pass(3588);
    expect(await source.getToken()).toBe('token-1');
    expect(gateway.asked).toHaveLength(2);
  });

  test('counts its life from before it was asked for', async () => {
    const { gateway, source } = start({ requestTimeout: 60_000 });
    gateway.latency = 30_000;
    await during(30, source.getToken());
    gateway.latency = 100;
    // 52.6 s after the request, 22.6 s after the answer: an eighth is left.
    await pass(22.6);
    expect(await during(1, source.getToken())).toBe('token-2');
  });
});

describe('a renewal', () => {
  test('runs behind whoever asks after three quarters of the life', async () => {
    const { gateway, source } = start();
    await during(1, source.getToken());
    await pass(45);
    expect(await source.getToken()).toBe('token-1');
    await pass(1);
    expect(await source.getToken()).toBe('token-2');
    expect(gateway.asked).toHaveLength(2);
  });

  test('comes by itself when the token was used since it came', async () => {
    const { gateway, source } = start();
    await during(1, source.getToken());
    await source.getToken();
    await pass(43);
    expect(gateway.asked).toHaveLength(1);
    await pass(2);
    expect(gateway.asked).toHaveLength(2);
    expect(await source.getToken()).toBe('token-2');
  });

  test('does not come when nobody uses the token: a page that sleeps asks nothing', async () => {
    const { gateway, source } = start();
    await during(1, source.getToken());
    await pass(3600);
    expect(gateway.asked).toHaveLength(1);
    await during(1, source.getToken());
    await source.getToken();
    await pass(3600);
    // One for the call, one for its use, and then it sleeps again.
    expect(gateway.asked).toHaveLength(3);
  });

  test('that brings the same token is tried again a second later, then after two', async () => {
    const { gateway, source } = start();
    gateway.answer = () => ({ jwt: 'token', expiresIn: 60 });
    await during(1, source.getToken());
    source.subscribe(() => {});
    await pass(44.05);
    expect(gateway.asked).toHaveLength(2);
    await pass(1.2);
    expect(gateway.asked).toHaveLength(3);
    await pass(1.2);
    expect(gateway.asked).toHaveLength(3);
    await pass(1);
    expect(gateway.asked).toHaveLength(4);
  });

  test('reads the session anew', async () => {
    const { gateway, clerk, source } = start();
    await during(1, source.getToken());
    await source.getToken();
    const first = clerk.token;
    clerk.token = sessionToken();
    await pass(46);
    expect(gateway.asked.map(({ bearer }) => bearer)).toEqual([first, clerk.token]);
  });
});

describe('the source', () => {
  test('asks by POST with a JSON body, the session token as Bearer, and no cookies setting', async () => {
    const { gateway, clerk, source } = start();
    await during(1, source.getToken());
    const { init, bearer } = gateway.asked[0] ?? {};
    expect(bearer).toBe(clerk.token);
    expect(init).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } });
    expect(init).not.toHaveProperty('credentials');
  });

  test.each(['include', 'same-origin'] as const)(
    'sends cookies when told %s, and no Bearer',
    async (credentials) => {
      const { gateway, source } = start({ credentials });
      expect(await during(1, source.getToken())).toBe('token-1');
      expect(gateway.asked[0]).toMatchObject({ init: { credentials }, bearer: undefined });
    },
  );

  test.each(['url', 'template', 'credentials'])('is not made without %s', (name) => {
    const options = { url: '/graphql', template: 'hasura', credentials: 'include', [name]: undefined };
    expect(() => createTokenSource(options as never)).toThrow(TypeError);
  });

  test.each(['templates', 'maxwait', 'headers', 'constructor'])(
    'is not made with %s, an option that does not exist',
    (name) => {
      const options = { url: '/graphql', template: 'hasura', credentials: 'include', [name]: 1 };
      expect(() => createTokenSource(options as never)).toThrow(
        new TypeError(`createTokenSource: ${name}: there is no such option`),
      );
    },
  );
});
