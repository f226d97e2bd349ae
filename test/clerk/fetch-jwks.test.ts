import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Fetch, fetchJwks, JwksError } from '../../src/clerk/fetch-jwks.ts';
import { clerkErrorBody } from '../support/clerk-errors.ts';
import { createForge } from '../support/tokens.ts';

const forge = createForge();
const goodKey = { ...forge.publicJwk, kid: 'ins_1' };
const url = new URL('https://clerk.invalid/v1/jwks');

const fetchWith = (fetch: Fetch, timeout = 3_000) => fetchJwks({ url, secretKey: 'the key', timeout, fetch });
const answering = (body: unknown, status = 200) => fetchWith(async () => Response.json(body, { status }));

/** The error of a fetch that fails. */
const failure = (fetched: Promise<unknown>): Promise<JwksError> =>
  fetched.then(
    () => expect.unreachable('the fetch has succeeded'),
    (error) => error,
  );

describe('a key set', () => {
  test('is requested with the secret key, as JSON, and without following redirects', async () => {
    let request: [URL, RequestInit] | undefined;
    await fetchWith(async (...args) => {
      request = args;
      return Response.json({ keys: [goodKey] });
    });
    expect(request?.[0]).toBe(url);
    expect(request?.[1]).toMatchObject({
      redirect: 'manual',
      headers: { authorization: 'Bearer the key', accept: 'application/json' },
    });
  });

  test('yields its RSA keys as PEM, by kid', async () => {
    const keys = await answering({ keys: [goodKey] });
    expect([...keys]).toEqual([['ins_1', forge.pem.trim()]]);
  });

  test.each<[string, object]>([
    ['of another kind', { kty: 'EC', kid: 'other' }],
    ['that is a secret', { kty: 'oct', kid: 'other', k: 'AAAA' }],
    ['that is unreadable', { kty: 'RSA', kid: 'other', n: '!' }],
    ['without a kid', forge.publicJwk],
    ['whose kid is not text', { ...forge.publicJwk, kid: 5 }],
  ])('leaves out a key %s', async (_what, key) => {
    expect([...(await answering({ keys: [key, goodKey] })).keys()]).toEqual(['ins_1']);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a list', [goodKey]],
    ['an object without keys', { hello: 'world' }],
    ['keys that are not a list', { keys: goodKey }],
    ['a list with another value', { keys: [goodKey, null] }],
    ['no keys', { keys: [] }],
    ['no usable keys', { keys: [{ kty: 'RSA', kid: 'a' }] }],
  ])('cannot be %s', async (_what, body) => {
    expect(await failure(answering(body))).toMatchObject({ name: 'JwksError', status: 200 });
  });

  test('must be JSON', async () => {
    const error = await failure(fetchWith(async () => new Response('<html>')));
    expect(error).toBeInstanceOf(JwksError);
    expect(error).toMatchObject({ status: 200, secretKeyRefused: false, cause: expect.any(SyntaxError) });
  });
});

describe('an answer without a key set', () => {
  test.each([204, 301, 404, 500])('of status %i is an error', async (status) => {
    const fetched = fetchWith(async () => new Response(null, { status }));
    expect(await failure(fetched)).toMatchObject({ status, secretKeyRefused: false });
  });

  test('of status 401 refuses the secret key only with the error body of Clerk', async () => {
    expect(await failure(answering(clerkErrorBody('clerk_key_invalid', 'no'), 401))).toMatchObject({
      status: 401,
      secretKeyRefused: true,
    });
    expect(await failure(answering({ message: 'Unauthorized' }, 401))).toMatchObject({
      secretKeyRefused: false,
    });
  });

  test('keeps the cause of a network failure', async () => {
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const fetched = fetchWith(() => Promise.reject(cause));
    expect(await failure(fetched)).toMatchObject({ status: undefined, cause });
  });
});

describe('a server', () => {
  /** Starts a server and fetches a key set of it with the global fetch. */
  async function fetchFrom(listener: Parameters<typeof createServer>[1], timeout: number) {
    const server = createServer(listener as never);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    return failure(
      fetchJwks({ url: new URL(`http://127.0.0.1:${port}/v1/jwks`), secretKey: 'the key', timeout, fetch }),
    );
  }

  test('that redirects does not get the secret key to another path', async () => {
    const paths: unknown[] = [];
    const error = await fetchFrom((request, response) => {
      paths.push(request.url);
      response.writeHead(307, { location: '/elsewhere' }).end();
    }, 3_000);
    expect(error).toMatchObject({ status: 307 });
    expect(paths).toEqual(['/v1/jwks']);
  });

  test('whose body never ends is abandoned at the timeout', async () => {
    const error = await fetchFrom((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"keys":');
    }, 50);
    expect(error).toMatchObject({ status: 200, cause: { name: 'TimeoutError' } });
  });
});
