import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import manifest from '../../src/client/generated/persisted-documents.json' with { type: 'json' };
import { refusedCredentials, requestToken } from '../../src/hive-gateway/request-token.ts';
import type { SendOperation } from '../../src/hive-gateway/send-operation.ts';
import { monotonicNow } from '../../src/time/monotonic-now.ts';

const part = () => randomBytes(12).toString('base64url');
const jwt = `${part()}.${part()}.${part()}`;
const credentials = { authorization: `Bearer ${part()}` };

/** Asks a gateway that gives this answer. */
const askFor = (answer: () => Response | Promise<Response>) =>
  requestToken(async () => answer(), 'inventory', credentials);
const tokenFor = (expiresIn: unknown, token: unknown = jwt) =>
  askFor(() => Response.json({ data: { sessionToken: { jwt: token, expiresIn } } }));
const errorWith = (extensions: object, headers: Record<string, string> = {}) =>
  askFor(() =>
    Response.json({ data: { sessionToken: null }, errors: [{ message: 'x', extensions }] }, { headers }),
  );

describe('the request', () => {
  test('is the operation of mintgate/client, with the credentials of the caller', async () => {
    const sent: { headers: Record<string, string>; body: string }[] = [];
    const send: SendOperation = async (request) => {
      sent.push(request);
      return Response.json({});
    };
    await requestToken(send, 'inventory', credentials);
    const { query, variables } = JSON.parse(sent[0]?.body ?? '{}');
    expect(sent[0]?.headers).toEqual({ 'content-type': 'application/json', ...credentials });
    expect(variables).toEqual({ template: 'inventory' });
    expect(Object.values(manifest)).toContain(query);
  });
});

describe('a token', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  test.each([
    ['a long one is renewed 5 s before its end', 60, 55_000],
    ['a short one is renewed after three quarters', 8, 6_000],
  ])('has its times on the monotonic clock: %s', async (_what, expiresIn, renewIn) => {
    const now = monotonicNow();
    expect(await tokenFor(expiresIn)).toEqual({
      ...{ kind: 'token', jwt, expiresAt: now + expiresIn * 1000, renewAt: now + renewIn },
    });
  });
});

describe('a failure', () => {
  test('H05 has the code and retryAfter of the gateway, and no text of its answer', async () => {
    expect(await errorWith({ code: 'RATE_LIMITED', retryAfter: 7 })).toMatchObject({
      ...{ kind: 'failure', code: 'RATE_LIMITED', retryAfter: 7 },
      message: 'Mintgate gave no token for this subgraph: RATE_LIMITED.',
    });
    expect(await errorWith({ code: 'FORBIDDEN' })).toMatchObject({
      code: 'FORBIDDEN',
      retryAfter: undefined,
    });
  });

  test('takes retryAfter from the header where the body has none, and bounds it', async () => {
    const [fromHeader, bounded] = [
      await errorWith({ code: 'RATE_LIMITED' }, { 'retry-after': '40' }),
      await errorWith({ code: 'RATE_LIMITED', retryAfter: 1e9 }),
    ];
    expect([fromHeader, bounded]).toMatchObject([{ retryAfter: 40 }, { retryAfter: 3_600 }]);
  });

  test.each([-1, 'soon', null])('ignores a retryAfter of %j', async (retryAfter) => {
    expect(await errorWith({ code: 'RATE_LIMITED', retryAfter })).toMatchObject({ retryAfter: undefined });
  });

  test.each<[string, () => Response | Promise<Response>]>([
    ['no connection', () => Promise.reject(new TypeError('fetch failed'))],
    ['a page of a proxy', () => new Response('<html></html>', { status: 502 })],
    ['an empty answer', () => new Response(null, { status: 204 })],
    ['JSON of another shape', () => Response.json(null)],
    ['no token and no error', () => Response.json({ data: { sessionToken: null } })],
    ['a code that is not of the gateway', () => Response.json({ errors: [{ extensions: { code: jwt } }] })],
    [
      'the name of an inherited property',
      () => Response.json({ errors: [{ extensions: { code: 'toString' } }] }),
    ],
  ])('H08 is UPSTREAM_UNAVAILABLE after %s', async (_what, answer) => {
    expect(await askFor(answer)).toMatchObject({
      ...{ kind: 'failure', code: 'UPSTREAM_UNAVAILABLE' },
      message: 'Mintgate could not be reached or did not answer properly. Try again later.',
    });
  });

  test.each([
    ['an expired token', 0, jwt],
    ['a token without its life', undefined, jwt],
    ['a text that is not a JWT', 60, 'a b'],
    ['a text that would end the header', 60, 'a.b.c\r\nx-admin: 1'],
  ])('H08 is UPSTREAM_UNAVAILABLE after %s', async (_what, expiresIn, token) => {
    expect(await tokenFor(expiresIn, token)).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  test('is repeated after retryAfter, else after a second', async () => {
    const before = monotonicNow();
    const [known, unknown] = [await errorWith({ code: 'RATE_LIMITED', retryAfter: 7 }), refusedCredentials()];
    expect(known.renewAt - before).toBeGreaterThanOrEqual(7_000);
    expect(unknown.renewAt - before).toBeGreaterThanOrEqual(1_000);
    expect(unknown).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
