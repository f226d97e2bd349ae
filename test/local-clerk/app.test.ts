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

/** fetch() does not let its caller choose the Host header. */
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
  test('has exactly application/json as its type, which is all that the SDK parses', async () => {
    const paths = [
      '/v1/users',
      '/v1/jwks',
      '/.well-known/jwks.json',
      '/v1/users/count',
      '/nowhere',
      '/v1/users/nobody',
    ];
    const types = await Promise.all(
      paths.map(async (path) => (await call(path)).headers.get('content-type')),
    );
    expect(new Set(types)).toEqual(new Set(['application/json']));
  });

  test('names a trace of its own when it is an error', async () => {
    const bodies = await Promise.all(
      [call('/v1/users/a'), call('/v1/users/b')].map(async (r) => (await r).json()),
    );
    const traces = bodies.map((body) => (body as { clerk_trace_id: string }).clerk_trace_id);
    expect(new Set(traces).size).toBe(2);
    for (const trace of traces) expect(trace).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('the secret key', () => {
  test.each(['', 'Basic abc', 'Bearer', 'Bearer a b', 'bearer x'])(
    'is missing when the header is %j',
    async (value) => {
      const response = await call('/v1/users', { headers: { authorization: value } });
      expect(await errorOf(response)).toEqual({ status: 401, code: 'authorization_header_format_invalid' });
    },
  );

  test('is refused when it belongs to another instance', async () => {
    const wrong = ['sk', 'test', 'somebodyelse'].join('_');
    const response = await call('/v1/users', { headers: { authorization: `Bearer ${wrong}` } });
    expect(await errorOf(response)).toEqual({ status: 401, code: 'clerk_key_invalid' });
  });

  test('is wanted before anything is said about a path', async () => {
    const response = await call('/v1/nowhere', { headers: { authorization: '' } });
    expect(response.status).toBe(401);
  });

  test('is not wanted for the public JWKS', async () => {
    const response = await fetch(`${context.local.url}/.well-known/jwks.json`);
    expect(response.status).toBe(200);
  });
});

describe('a request that makes no sense', () => {
  test('answers 404 for an unknown path and counts it', async () => {
    expect(await errorOf(await call('/v1/nowhere'))).toEqual({ status: 404, code: 'resource_not_found' });
    expect(context.local.controls.requests('unmatched')).toBe(1);
  });

  test.each(['{', '[]', '"text"', 'null', '{"user_id":'])('answers 400 for the body %j', async (body) => {
    const response = await call('/v1/sessions', { method: 'POST', body });
    expect(await errorOf(response)).toEqual({ status: 400, code: 'request_body_invalid' });
  });

  test('answers 413 for a body of more than a megabyte', async () => {
    const body = JSON.stringify({ user_id: 'x'.repeat(1024 * 1024) });
    const response = await call('/v1/sessions', { method: 'POST', body });
    expect(await errorOf(response)).toEqual({ status: 413, code: 'request_body_too_large' });
  });

  test.each([
    'limit=0',
    'limit=501',
    'limit=x',
    'offset=-1',
    'status=sleepy',
    'colour=red',
    'paginated=perhaps',
  ])('answers 422 for the query %s', async (query) => {
    expect((await call(`/v1/sessions?${query}`)).status).toBe(422);
  });

  test('refuses other names in the Host header, as of a page that rebinds its own', async () => {
    const { port } = new URL(context.local.url);
    expect(await statusForHost(`localhost:${port}`)).toBe(200);
    expect(await statusForHost('attacker.example')).toBe(400);
    expect(await statusForHost(`127.0.0.1.attacker.example:${port}`)).toBe(400);
  });

  test('refuses them without a socket too, in the header and in the URL', async () => {
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

test('a fault of its own is Clerk’s 500, and is told to whoever listens', async () => {
  const warnings: string[] = [];
  const local = await startLocalClerk({
    // What no JSON file could hold.
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
  'a client that leaves in the middle of its body is no fault of its own: %j',
  async (beginning) => {
    const warnings: string[] = [];
    const local = await startLocalClerk({ onWarning: (warning) => warnings.push(warning) });
    try {
      const socket = connect(Number(new URL(local.url).port), '127.0.0.1');
      const authorization = `Authorization: Bearer ${local.secretKey}`;
      socket.write(`POST /v1/jwt_templates HTTP/1.1\r\nHost: localhost\r\n${authorization}\r\n${beginning}`);
      await expect.poll(() => local.controls.requests()).toBe(1);
      socket.destroy();
      // The connection after it is served when the first has been dealt with.
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

test('the SDK takes the address with a path prefix only if the prefix exists', async () => {
  const clerk = clerkClientFor({ ...context.local, url: `${context.local.url}/prefix` });
  await expect(clerk.users.getUser('user_ada')).rejects.toMatchObject({ status: 404 });
});
