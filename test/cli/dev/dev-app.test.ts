import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { createDevApp } from '../../../src/cli/dev/dev-app.ts';
import { graphiqlHtml } from './graphiql-html.ts';
import { useDevApp } from './use-dev-app.ts';

const dev = useDevApp();

describe('the pages of mintgate dev', () => {
  test.each([
    ['http://localhost:4000/', 200],
    ['http://127.0.0.1:4000/', 200],
    ['http://127.8.9.10/', 200],
    ['http://[::1]:4000/', 200],
    ['http://rebound.example.com/', 421],
    ['http://127.0.0.1.example.com/', 421],
    ['http://localhost.example.com/', 421],
    ['http://128.0.0.1/', 421],
    ['http://0.0.0.0/', 421],
    ['http://[::2]/', 421],
  ])('at %s answer %i', async (url, status) => {
    for (const path of ['/', '/graphql', '/dev/sessions/sess_ada/token']) {
      const method = path.endsWith('token') ? 'POST' : 'GET';
      expect((await dev.ask(new URL(path, url).href, { method })).status).toBe(status);
    }
  });

  test('refuse a host that looks like loopback but is not an address', async () => {
    // Node.js accepts such a name in a Host header, but it is not valid in a URL.
    const request = new Proxy(new Request('http://127.0.0.1/'), {
      get: (target, key) => (key === 'url' ? 'http://127.999.999.999/' : Reflect.get(target, key, target)),
    });
    expect((await dev.app.fetch(request)).status).toBe(421);
  });

  test('are not stored by browsers, and have their media types', async () => {
    for (const [path, method] of [
      ['/', 'GET'],
      ['/dev/sessions/sess_ada/token', 'POST'],
    ] as const) {
      const { headers } = await dev.ask(path, { method });
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  test.each([
    ['GET', '/', 'text/html', true],
    ['GET', '/dev/anything', '*/*', true],
    ['POST', '/dev/sessions/sess_ada/token', '*/*', true],
    ['GET', '/graphql', 'text/html,*/*', true],
    ['GET', '/graphql', 'application/json', false],
    ['POST', '/graphql', 'text/html', false],
    ['GET', '/health', 'text/html', false],
    ['GET', '/development', 'text/html', false],
  ])('handle %s %s with accept: %s: %s', (method, path, accept, expected) => {
    expect(dev.app.handles(method, path, accept)).toBe(expected);
  });
});

describe('session tokens', () => {
  test.each([
    [undefined, 200],
    ['none', 200],
    ['same-origin', 200],
    ['same-site', 403],
    ['cross-site', 403],
    ['', 403],
  ])('for a page whose sec-fetch-site is %s: %i', async (site, status) => {
    const response = await dev.ask('/dev/sessions/sess_ada/token', {
      method: 'POST',
      headers: site === undefined ? {} : { 'sec-fetch-site': site },
    });
    expect(response.status).toBe(status);
    const text = await response.text();
    if (status === 200) expect(decodeJwt(text).sid).toBe('sess_ada');
    else expect(text).toBe('Only pages of this server may make this request.');
  });

  test.each([
    [undefined, 'http://127.0.0.1:4000', 200],
    [undefined, 'https://evil.example', 403],
    [undefined, 'null', 403],
    [undefined, '', 403],
    [undefined, 'http://127.0.0.1:4001', 403],
    [undefined, 'https://127.0.0.1:4000', 403],
    [undefined, 'http://localhost:4000', 403],
    ['none', 'https://evil.example', 403],
    ['same-origin', 'https://evil.example', 403],
    ['same-origin', 'http://127.0.0.1:4000', 200],
    ['cross-site', 'http://127.0.0.1:4000', 403],
  ])('for a page whose sec-fetch-site is %s and whose origin is %j: %i', async (site, origin, status) => {
    const headers = { origin, ...(site === undefined ? {} : { 'sec-fetch-site': site }) };
    const response = await dev.ask('/dev/sessions/sess_ada/token', { method: 'POST', headers });
    expect(response.status).toBe(status);
    expect(/eyJ/.test(await response.text())).toBe(status === 200);
  });

  test('are not returned for GET, which other sites can send', async () => {
    const response = await dev.ask('/dev/sessions/sess_ada/token');
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await response.text()).not.toMatch(/eyJ/);
  });

  test('exist only for sessions of the local Clerk', async () => {
    const response = await dev.ask('/dev/sessions/sess_nobody/token', { method: 'POST' });
    expect([response.status, await response.text()]).toEqual([
      404,
      'The local Clerk has no session with this id.',
    ]);
  });
});

describe('GraphiQL', () => {
  test('is compressed, and revalidated by its ETag', async () => {
    const first = await dev.ask('/graphql');
    expect(first.headers.get('content-encoding')).toBe('gzip');
    expect(first.headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(await graphiqlHtml(first)).toContain('mintgate-session');
    const etag = first.headers.get('etag') ?? '';
    const again = await dev.ask('/graphql', { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  test('changes when the data have been replaced', async () => {
    const etag = (await dev.ask('/graphql')).headers.get('etag') ?? '';
    dev.clerk.replaceData({
      users: [{ id: 'user_kim', name: 'Kim' }],
      sessions: [{ id: 'sess_kim', user_id: 'user_kim' }],
    });
    dev.app.refresh();
    const page = await dev.ask('/graphql', { headers: { 'if-none-match': etag } });
    expect(page.status).toBe(200);
    expect(await graphiqlHtml(page)).toContain('Kim: No organization');
  });

  test('works again after the local Clerk has failed', async () => {
    dev.clerk.controls.answerNext({ status: 422 });
    const failed = await dev.ask('/graphql');
    expect([failed.status, await failed.text()]).toEqual([
      503,
      'The local Clerk did not answer: Unprocessable Entity. Reload this page.',
    ]);
    expect((await dev.ask('/graphql')).status).toBe(200);
  });
});

test('the pages show only templates that the gateway mints', async () => {
  const pages = createDevApp({
    clerk: dev.clerk,
    signSessionToken: async () => undefined,
    graphqlEndpoint: '/graphql',
    templates: { nhost: {}, ghost: {} },
    queryTemplates: undefined,
  });
  const page = await pages.fetch(new Request('http://localhost/'));
  const text = await page.text();
  expect(text).toContain('nhost');
  expect(text).not.toContain('hasura');
});
