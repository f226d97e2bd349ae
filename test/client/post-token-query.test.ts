import { describe, expect, test } from 'vitest';
import { TokenError } from '../../src/client/index.ts';
import { useFakeTime } from '../support/fake-time.ts';
import { type GatewayAnswer, useSources } from './fake-gateway.ts';

const { during } = useFakeTime();
const start = useSources();

describe('the request', () => {
  test('sends POST with a JSON body and the session token as Bearer, without a credentials mode', async () => {
    const { gateway, clerk, source } = start();
    await during(1, source.getToken());
    const { init, bearer } = gateway.requests[0] ?? {};
    expect(bearer).toBe(clerk.token);
    expect(init).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } });
    expect(init).not.toHaveProperty('credentials');
  });

  test.each(['include', 'same-origin'] as const)(
    'sends cookies with %s, and no Bearer token',
    async (credentials) => {
      const { gateway, source } = start({ credentials });
      expect(await during(1, source.getToken())).toBe('token-1');
      expect(gateway.requests[0]).toMatchObject({ init: { credentials }, bearer: undefined });
    },
  );
});

describe('an answer without a usable token', () => {
  const answers: [string, GatewayAnswer | (() => GatewayAnswer), string][] = [
    ['no connection', new TypeError('fetch failed'), 'NETWORK_ERROR'],
    ['a page of a proxy', () => new Response('<html></html>', { status: 502 }), 'NETWORK_ERROR'],
    ['an empty answer', () => new Response(null, { status: 204 }), 'NETWORK_ERROR'],
    ['JSON of another shape', () => Response.json(null), 'NETWORK_ERROR'],
    ['no token and no error', () => Response.json({ data: { sessionToken: null } }), 'NETWORK_ERROR'],
    ['a malformed code', { code: 'Bearer abc' }, 'NETWORK_ERROR'],
    ['an expired token', { jwt: 'a.b.c', expiresIn: 0 }, 'NETWORK_ERROR'],
    ['a token without its life', { jwt: 'a.b.c' } as GatewayAnswer, 'NETWORK_ERROR'],
    ['a policy', { code: 'FORBIDDEN' }, 'FORBIDDEN'],
    ['an unknown code', { code: 'SOMETHING_NEW' }, 'SOMETHING_NEW'],
  ];

  test.each(answers)('has a code: %s', async (_what, answer, code) => {
    const { gateway, source } = start();
    gateway.answer = () => (typeof answer === 'function' ? answer() : answer);
    const error = await during(
      1,
      source.getToken().catch((thrown) => thrown),
    );
    expect(error).toBeInstanceOf(TokenError);
    expect(error).toMatchObject({ name: 'TokenError', code });
    expect(gateway.requests).toHaveLength(1);
    expect(error.message).not.toMatch(/Bearer|a\.b\.c|html|eyJ/);
  });

  test('keeps the error of fetch as its cause', async () => {
    const { gateway, source } = start();
    const cause = new TypeError('fetch failed');
    gateway.answer = () => cause;
    await expect(during(1, source.getToken())).rejects.toMatchObject({ cause });
  });
});

describe('retryAfter', () => {
  test('is read from the header when a proxy has answered', async () => {
    const { gateway, source } = start();
    const headers = { 'retry-after': '40' };
    gateway.answer = () => new Response('<html>busy</html>', { status: 503, headers });
    await expect(during(1, source.getToken())).rejects.toMatchObject({
      code: 'NETWORK_ERROR',
      retryAfter: 40,
    });
  });

  test.each(['soon', -1, null])('of %j is ignored', async (said) => {
    const { gateway, source } = start();
    gateway.answer = () => ({ code: 'RATE_LIMITED', retryAfter: said as number });
    await expect(during(1, source.getToken())).rejects.toMatchObject({ retryAfter: undefined });
  });
});
