import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { startLocalClerk } from '../../src/local-clerk/index.ts';
import { clerkClientFor, useLocalClerk } from './use-local-clerk.ts';

const context = useLocalClerk();

function call(path: string, init: RequestInit = {}) {
  const authorization = `Bearer ${context.local.secretKey}`;
  return fetch(`${context.local.url}${path}`, { ...init, headers: { authorization, ...init.headers } });
}

async function errorOf(response: Response) {
  const { errors } = (await response.json()) as { errors: { code: string }[] };
  return { status: response.status, code: errors[0]?.code };
}

/** Returns the status of a request with a Host header, which fetch() does not let a caller set. */
function statusForHost(host: string) {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const outgoing = request(
    `${context.local.url}/.well-known/jwks.json`,
    { headers: { host } },
    (response) => {
      response.resume();
      resolve(response.statusCode);
    },
  );
  outgoing.on('error', reject).end();
  return promise;
}

describe('every answer', () => {
  test('has exactly the type application/json, the only one that the SDK parses', async () => {
    const paths = [
      '/v1/users',
      '/v1/jwks',
      '/.well-known/jwks.json',
      '/v1/users/count',
      '/nowhere',
      '/v1/users/user_none',
    ];
    const types = await Promise.all(
      paths.map(async (path) => (await call(path)).headers.get('content-type')),
    );
    expect(new Set(types)).toEqual(new Set(['application/json']));
  });

  test('has a trace id when it is an error', async () => {
    const bodies = await Promise.all(
      [call('/v1/users/a'), call('/v1/users/b')].map(async (r) => (await r).json()),
    );
    const traces = bodies.map((body) => (body as { clerk_trace_id: string }).clerk_trace_id);
    expect(new Set(traces).size).toBe(2);
    for (const trace of traces) expect(trace).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('the secret key', () => {
  test('is required before the path is looked up', async () => {
    const response = await call('/v1/nowhere', { headers: { authorization: '' } });
    expect(await errorOf(response)).toEqual({ status: 401, code: 'authorization_header_format_invalid' });
  });

  test('is refused when it belongs to another instance', async () => {
    const wrong = ['sk', 'test', 'somebodyelse'].join('_');
    const response = await call('/v1/users', { headers: { authorization: `Bearer ${wrong}` } });
    expect(await errorOf(response)).toEqual({ status: 401, code: 'clerk_key_invalid' });
  });

  test('is not required for the public JWKS', async () => {
    const response = await fetch(`${context.local.url}/.well-known/jwks.json`);
    expect(response.status).toBe(200);
  });

  test('is not required for a forced answer, which also does not count against the rate limit', async () => {
    const { controls, url } = context.local;
    controls.setRateLimit({ limit: 1, windowMs: 60_000 });
    controls.answerNext({ status: 418 });
    expect((await fetch(`${url}/v1/users`)).status).toBe(418);
    expect((await call('/v1/users')).status).toBe(200);
    expect(await errorOf(await call('/v1/users'))).toEqual({ status: 429, code: 'too_many_requests' });
  });
});

describe('a request', () => {
  test('is answered 404 and counted when its path is unknown', async () => {
    expect(await errorOf(await call('/v1/nowhere'))).toEqual({ status: 404, code: 'resource_not_found' });
    expect(context.local.controls.requests('unmatched')).toBe(1);
  });

  test('is refused with another name in the Host header, which a page sends after DNS rebinding', async () => {
    const { port } = new URL(context.local.url);
    expect(await statusForHost(`localhost:${port}`)).toBe(200);
    expect(await statusForHost('attacker.example')).toBe(400);
    expect(await statusForHost(`127.0.0.1.attacker.example:${port}`)).toBe(400);
  });

  test('is refused without a socket for another name in the header or in the URL', async () => {
    const { local } = context;
    const jwks = `${local.url}/.well-known/jwks.json`;
    const rebound = await local.fetch(new Request(jwks, { headers: { host: 'attacker.example' } }));
    const elsewhere = await local.fetch(new Request('http://attacker.example/.well-known/jwks.json'));
    expect([await errorOf(rebound), await errorOf(elsewhere)]).toEqual([
      { status: 400, code: 'host_invalid' },
      { status: 400, code: 'host_invalid' },
    ]);
  });
});

test('a failure of the local Clerk itself is answered with Clerk’s 500, and is a warning', async () => {
  const warnings: string[] = [];
  const local = await startLocalClerk({
    // JSON cannot represent a bigint.
    data: {
      users: [{ id: 'user_x' }],
      sessions: [{ id: 'sess_x', user_id: 'user_x' }],
      jwt_templates: [{ name: 'big', claims: { number: 5n } }],
    },
    onWarning: (warning) => warnings.push(warning),
  });
  try {
    const headers = { authorization: `Bearer ${local.secretKey}` };
    const response = await fetch(`${local.url}/v1/sessions/sess_x/tokens/big`, { method: 'POST', headers });
    expect(await errorOf(response)).toEqual({ status: 500, code: 'internal_clerk_error' });
    expect(warnings).toEqual([
      expect.stringContaining('failed to answer POST /v1/sessions/sess_x/tokens/big'),
    ]);
  } finally {
    await local.close();
  }
});

test.each(['Content-Length: 100\r\n\r\n{"', 'Transfer-Encoding: chunked\r\n\r\n2\r\n{"\r\n'])(
  'a client that disconnects before its body ends causes no warning: %j',
  async (beginning) => {
    const warnings: string[] = [];
    const local = await startLocalClerk({ onWarning: (warning) => warnings.push(warning) });
    try {
      const socket = connect(Number(new URL(local.url).port), '127.0.0.1');
      const authorization = `Authorization: Bearer ${local.secretKey}`;
      socket.write(`POST /v1/jwt_templates HTTP/1.1\r\nHost: localhost\r\n${authorization}\r\n${beginning}`);
      await expect.poll(() => local.controls.requests()).toBe(1);
      socket.destroy();
      // The next connection is served after the first one has ended.
      await new Promise((resolve) => socket.once('close', resolve));
      await fetch(`${local.url}/v1/jwks`);
    } finally {
      await local.close();
    }
    expect(warnings).toEqual([]);
  },
);

test('the same API answers without a socket', async () => {
  const headers = { authorization: `Bearer ${context.local.secretKey}` };
  const response = await context.local.fetch(
    new Request(`${context.local.url}/v1/users/user_ada`, { headers }),
  );
  expect(await response.json()).toMatchObject({ object: 'user', id: 'user_ada' });
});

test('the SDK gets a 404 for an address with a path that does not exist', async () => {
  const clerk = clerkClientFor({ ...context.local, url: `${context.local.url}/prefix` });
  await expect(clerk.users.getUser('user_ada')).rejects.toMatchObject({ status: 404 });
});
