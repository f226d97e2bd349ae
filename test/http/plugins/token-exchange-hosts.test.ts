import { once } from 'node:events';
import { type IncomingMessage, type RequestListener, request } from 'node:http';
import { parse as parseQuery } from 'node:querystring';
import { decodeJwt } from 'jose';
import * as oauth from 'oauth4webapi';
import { describe, expect, test } from 'vitest';
import { createGateway as createEdgeGateway, createLogger } from '../../../src/edge.ts';
import {
  audience,
  exchange,
  exchangeForm,
  exchangeUrl,
  grantType,
  tokenExchange,
  tokenTypes,
} from '../../support/exchange.ts';
import { useGateways, workingOptions } from '../../support/gateway.ts';
import { serveGateway } from '../../support/serve-gateway.ts';

const world = useGateways();
const start = () => world.start({ tokenExchange });

/** Serves a listener. @returns the URL of its token exchange */
const serve = async (listener: RequestListener) =>
  (await serveGateway(listener)).url.replace(/graphql$/, 'token');

/** Sends a form with headers that `fetch` does not send. */
const sendRaw = async (url: string, body: string, headers: Record<string, string>) => {
  const sent = request(url, { method: 'POST', headers: { ...headers, 'content-length': body.length } });
  const [answer] = (await once(sent.end(body), 'response')) as [IncomingMessage];
  answer.resume();
  return answer;
};

const formOf = async (more: Record<string, string> = {}) =>
  exchangeForm({ subject_token: await world.clerk.mintSessionToken('sess_ada'), ...more });

describe('a foreign client of OAuth (oauth4webapi)', () => {
  const client: oauth.Client = { client_id: 'inventory' };

  /** Sends a token exchange, and checks its answer as the client does. */
  async function ask(
    url: string,
    parameters: Record<string, string>,
    {
      auth = oauth.None(),
      fetch = globalThis.fetch,
    }: { auth?: oauth.ClientAuth; fetch?: typeof globalThis.fetch } = {},
  ) {
    const server: oauth.AuthorizationServer = { issuer: new URL(url).origin, token_endpoint: url };
    const options = { [oauth.allowInsecureRequests]: true, [oauth.customFetch]: fetch };
    const all = { subject_token_type: tokenTypes.jwt, audience, ...parameters };
    const answer = await oauth.genericTokenEndpointRequest(server, client, auth, grantType, all, options);
    return oauth.processGenericTokenEndpointResponse(server, client, answer);
  }

  test.each<[string, oauth.ClientAuth]>([
    ['without a secret', oauth.None()],
    ['with a secret in the form, which is ignored', oauth.ClientSecretPost('secret')],
    ['with a secret in Authorization, which is not read', oauth.ClientSecretBasic('secret')],
  ])('E10 gets a token over a socket, %s', async (_what, auth) => {
    const url = await serve(start());
    const subject_token = await world.clerk.mintSessionToken('sess_ada');
    const { access_token, token_type, expires_in, issued_token_type } = await ask(
      url,
      { subject_token },
      { auth },
    );
    expect(decodeJwt(access_token).sub).toBe('user_ada');
    expect([token_type, issued_token_type]).toEqual(['bearer', tokenTypes.accessToken]);
    expect(expires_in).toBeGreaterThan(0);
  });

  test.each([
    ['an unknown audience', { audience: 'unknown' }, 400, 'invalid_target'],
    ['a scope', { scope: 'read' }, 400, 'invalid_request'],
    ['no session token', { subject_token: 'x' }, 400, 'invalid_request'],
  ] as const)('E10 understands the refusal of %s', async (_what, parameters, status, error) => {
    const url = await serve(start());
    const subject_token = await world.clerk.mintSessionToken('sess_ada');
    const refused = ask(url, { subject_token, ...parameters });
    await expect(refused).rejects.toBeInstanceOf(oauth.ResponseBodyError);
    await expect(refused).rejects.toMatchObject({ status, error, error_description: expect.any(String) });
  });

  test('E10 learns when to try again', async () => {
    const url = await serve(world.start({ tokenExchange, sessionMintLimit: 1 }));
    const subject_token = await world.clerk.mintSessionToken('sess_ada');
    await ask(url, { subject_token });
    const refused = await ask(url, { subject_token, audience: 'nhost' }).catch((error) => error);
    expect(refused).toMatchObject({ status: 429, error: 'temporarily_unavailable' });
    expect(Number(refused.response.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('E10 gets a token from a gateway without Node.js, whose audit may take its time', async () => {
    const logger = createLogger({ level: 'silent' });
    const audit = async () => {};
    const gateway = createEdgeGateway({ ...workingOptions(world.clerk), tokenExchange, logger, audit });
    const subject_token = await world.clerk.mintSessionToken('sess_ada');
    const works: Promise<unknown>[] = [];
    const context = { waitUntil: (work: Promise<unknown>) => void works.push(work) };
    const fetch = (...args: Parameters<typeof globalThis.fetch>) =>
      gateway.fetch(new Request(...args), context);
    const { access_token } = await ask(exchangeUrl, { subject_token }, { fetch });
    expect(decodeJwt(access_token).sub).toBe('user_ada');
    // The answer, and the audit event.
    expect(works.length).toBeGreaterThan(1);
    await Promise.all(works);
    await gateway.dispose();
  });
});

describe('a form over a socket', () => {
  const send = (url: string, form: URLSearchParams | string) =>
    fetch(url, {
      method: 'POST',
      body: String(form),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });

  test('E06 of more than 16 kB is refused, and so is one without a length', async () => {
    const url = await serve(start());
    const form = await formOf({ x: 'x'.repeat(16_384) });
    expect((await send(url, form)).status).toBe(413);
    const body = new Blob([String(await formOf())]).stream();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const chunked = { method: 'POST', body, headers, duplex: 'half' } as RequestInit;
    const answer = await fetch(url, chunked);
    expect([answer.status, (await answer.json()).error]).toEqual([411, 'invalid_request']);
  });

  test('E05 with an Origin is refused, also with an empty one', async () => {
    const url = await serve(start());
    const body = String(await formOf());
    for (const origin of ['', 'null', new URL(url).origin]) {
      const headers = { 'content-type': 'application/x-www-form-urlencoded', origin };
      expect((await sendRaw(url, body, headers)).statusCode, origin).toBe(403);
    }
  });

  /** Serves a gateway whose host has read the body, as a body parser does. */
  async function behindParser(parse: (text: string) => object) {
    const gateway = start();
    const host: RequestListener = async (request, response) => {
      const text = Buffer.concat(await request.toArray()).toString();
      gateway(Object.assign(request, parse(text)), response);
    };
    return { gateway, url: await serve(host) };
  }

  test.each<[string, (text: string) => object]>([
    ['an object (express.urlencoded)', (text) => ({ body: { ...parseQuery(text) } })],
    ['text', (text) => ({ body: text })],
    ['bytes', (text) => ({ body: Buffer.from(text) })],
    ['rawBody', (text) => ({ body: {}, rawBody: Buffer.from(text) })],
  ])(
    'E11 that the host has read is accepted as %s, and refused where a parameter is repeated',
    async (_what, parse) => {
      const { url } = await behindParser(parse);
      const form = await formOf();
      const answer = await (await send(url, form)).json();
      expect(decodeJwt(answer.access_token).sub).toBe('user_ada');
      form.append('audience', 'nhost');
      const refused = await send(url, form);
      expect([refused.status, (await refused.json()).error_description]).toEqual([
        400,
        'A parameter is repeated.',
      ]);
    },
  );

  test('E11 that the host has parsed into other values than text is refused', async () => {
    for (const value of [{ a: 'b' }, ['x', 'y'], null, 5]) {
      const { url } = await behindParser((text) => ({ body: { ...parseQuery(text), audience: value } }));
      const refused = await send(url, await formOf());
      expect([refused.status, (await refused.json()).error]).toEqual([400, 'invalid_request']);
    }
  });

  test('E11 of which the host keeps nothing is an error that names the mistake, once a minute in the log', async () => {
    const { gateway, url } = await behindParser(() => ({}));
    for (let sent = 0; sent < 3; sent += 1) {
      const answer = await send(url, await formOf());
      const { error, error_description } = await answer.json();
      expect([answer.status, error]).toEqual([500, 'server_error']);
      expect(error_description).toContain('mount the gateway before the body parser');
    }
    const errors = gateway.logLines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50);
    expect(errors).toEqual([expect.objectContaining({ msg: expect.stringContaining('kept no copy') })]);
  });

  test('E11 of JSON that the host has parsed is refused by its media type', async () => {
    const { url } = await behindParser((text) => ({ body: JSON.parse(text) }));
    const body = JSON.stringify(Object.fromEntries(await formOf()));
    const answer = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.status, (await answer.json()).error]).toEqual([415, 'invalid_request']);
  });
});

test('E11 a form of a fetch host that has used the body is a mistake of the host', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const request = new Request(exchangeUrl, { method: 'POST', body: String(await formOf()), headers });
  await request.text();
  const answer = await start().fetch(request);
  expect([answer.status, (await answer.json()).error]).toEqual([500, 'server_error']);
  expect((await exchange(start(), await formOf())).status).toBe(200);
});
