import { describe, expect, test } from 'vitest';
import { clerkEvents, newSigningSecret, send, signWebhook, webhookUrl } from '../../support/clerk-events.ts';
import { appOrigin, gatewayOrigin, useGateways } from '../../support/gateway.ts';
import { useWebhooks } from '../../support/webhook-gateways.ts';

const world = useGateways();
const { secret, start, deliver, askWith } = useWebhooks(world);

const revoked = () => clerkEvents().session('revoked', 'sess_ada');
const megabyte = 'x'.repeat(1_048_576);

/** Returns a body that arrives in chunks, without a length. */
function streamed(text: string, chunk = 65_536) {
  let at = 0;
  const pulled = { bytes: 0 };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (at >= text.length) return controller.close();
        const part = text.slice(at, at + chunk);
        at += chunk;
        pulled.bytes += part.length;
        controller.enqueue(new TextEncoder().encode(part));
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, pulled };
}

describe('the endpoint', () => {
  test('R04 exists only with a signing secret', async () => {
    const gateway = world.start();
    const bearer = await world.clerk.mintSessionToken('sess_ada');
    expect(await deliver(gateway, revoked())).toBe(404);
    expect(await askWith(gateway, bearer)).toMatch(/^eyJ/);
  });

  test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH'])('R04 refuses %s with 405', async (method) => {
    const { headers, body } = signWebhook(secret, revoked());
    const withBody = method === 'GET' || method === 'HEAD' ? {} : { body };
    const gateway = start();
    const response = await gateway.fetch(new Request(webhookUrl, { method, headers, ...withBody }));
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await askWith(gateway, await world.clerk.mintSessionToken('sess_ada'))).toMatch(/^eyJ/);
  });

  test.each([
    '/webhooks/clerk/',
    '/webhooks/clerk/x',
    '/x/webhooks/clerk',
    '/WEBHOOKS/CLERK',
    '//webhooks/clerk',
  ])('R04 is at its exact path, not at %s', async (path) => {
    const gateway = start();
    const { headers, body } = signWebhook(secret, revoked());
    const response = await gateway.fetch(
      new Request(gatewayOrigin + path, { method: 'POST', headers, body }),
    );
    expect(response.status).toBe(404);
    expect(await askWith(gateway, await world.clerk.mintSessionToken('sess_ada'))).toMatch(/^eyJ/);
  });

  test('R04 accepts a webhook with any query and any media type', async () => {
    for (const type of ['text/plain', undefined]) {
      const gateway = start();
      const { body, headers } = signWebhook(secret, revoked(), { headers: { 'content-type': type } });
      const request = new Request(`${webhookUrl}?a=b`, { method: 'POST', body, headers });
      expect((await gateway.fetch(request)).status).toBe(200);
      const bearer = await world.clerk.mintSessionToken('sess_ada');
      expect(await askWith(gateway, bearer)).toBe('UNAUTHENTICATED');
    }
  });
});

describe('a large body', () => {
  test('R04 of 1 MB with its length is refused with 413, even with a valid signature', async () => {
    const gateway = start();
    const { body, headers } = signWebhook(secret, { ...revoked(), padding: megabyte });
    const response = await send(gateway, {
      body,
      headers: { ...headers, 'content-length': String(body.length) },
    });
    expect(response.status).toBe(413);
    expect(await askWith(gateway, await world.clerk.mintSessionToken('sess_ada'))).toMatch(/^eyJ/);
  });

  test('R04 of 1 MB that declares its length is refused before any of it is read', async () => {
    const { stream, pulled } = streamed(megabyte);
    const { headers } = signWebhook(secret, megabyte);
    const response = await start().fetch(
      new Request(webhookUrl, {
        method: 'POST',
        body: stream,
        duplex: 'half',
        headers: { ...headers, 'content-length': String(megabyte.length) },
      } as RequestInit),
    );
    expect([response.status, pulled.bytes]).toEqual([413, 0]);
  });

  test('R04 of 1 MB without a length is refused before its end is read', async () => {
    const { stream, pulled } = streamed(megabyte);
    const { headers } = signWebhook(secret, megabyte);
    const request = new Request(webhookUrl, {
      method: 'POST',
      body: stream,
      duplex: 'half',
      headers,
    } as RequestInit);
    expect((await start().fetch(request)).status).toBe(413);
    expect(pulled.bytes).toBeLessThan(400_000);
  });

  test('R04 without a signature is not read at all', async () => {
    const { stream, pulled } = streamed('x'.repeat(250_000));
    const request = new Request(webhookUrl, {
      method: 'POST',
      body: stream,
      duplex: 'half',
    } as RequestInit);
    expect((await start().fetch(request)).status).toBe(400);
    expect(pulled.bytes).toBe(0);
  });

  test('R04 of 200 kB, such as a user with much metadata, is accepted', async () => {
    const gateway = start();
    const event = clerkEvents().userUpdated('user_ada', {
      banned: true,
      public_metadata: { text: 'é'.repeat(100_000) },
    });
    // Issued before the event: a ban does not refuse session tokens that Clerk issues after it.
    const before = await world.clerk.mintSessionToken('sess_ada');
    expect(await deliver(gateway, event)).toBe(200);
    expect(await askWith(gateway, before)).toBe('UNAUTHENTICATED');
  });

  test('R04 that is incomplete is a client error', async () => {
    const stream = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) });
    const { headers } = signWebhook(secret, revoked());
    const request = new Request(webhookUrl, {
      method: 'POST',
      body: stream,
      duplex: 'half',
      headers,
    } as RequestInit);
    expect((await start().fetch(request)).status).toBe(400);
  });
});

describe('beside other settings', () => {
  test.each<[string, Parameters<typeof start>[0]]>([
    ['requireSession', { requireSession: true }],
    ['origins', { corsOrigins: [appOrigin] }],
    ["a host's authentication", { authenticate: () => null }],
    ['another GraphQL endpoint', { graphqlEndpoint: '/api/graphql' }],
    ['a body limit for GraphQL', { maxBodyBytes: 100 }],
    ['development', { mode: 'development' }],
  ])('R04 a webhook is accepted with %s', async (_what, options) => {
    const gateway = start(options);
    expect(await deliver(gateway, revoked())).toBe(200);
    expect((await send(gateway, signWebhook(newSigningSecret(), revoked()))).status).toBe(400);
  });

  test('R04 a webhook is accepted with any origin and any cookies', async () => {
    const gateway = start({ corsOrigins: [appOrigin] });
    const headers = { origin: 'https://evil.example', cookie: '__session=x', 'sec-fetch-site': 'cross-site' };
    const response = await send(gateway, signWebhook(secret, revoked(), { headers }));
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, null]);
  });

  test('R02 callers that the host has authenticated are refused, too', async () => {
    const claims = { sid: 'sess_ada', sub: 'user_ada', iat: 0, exp: 0 };
    const gateway = start({
      authenticate: () => {
        const iat = Math.floor(Date.now() / 1000);
        return { claims: { ...claims, iat, exp: iat + 60 } as never };
      },
    });
    const ask = () => gateway.ask('{ sessionToken(template: "hasura") { jwt } session { id } }');
    expect((await ask()).errors).toEqual([]);
    expect(await deliver(gateway, revoked())).toBe(200);
    expect((await ask()).codes).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
  });

  test('R04 refused webhooks cause one warning a minute, not one each', async () => {
    const gateway = start();
    const forged = signWebhook(newSigningSecret(), revoked());
    for (let sent = 0; sent < 100; sent += 1) {
      expect((await send(gateway, { body: '{}', headers: {} })).status).toBe(400);
      expect((await send(gateway, forged)).status).toBe(400);
    }
    const warnings = gateway.logLines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 40);
    expect(warnings).toEqual([expect.objectContaining({ msg: expect.stringMatching(/^webhook refused/) })]);
  });

  test('R02 with requireSession a revoked session is refused with 401', async () => {
    const gateway = start({ requireSession: true });
    const bearer = await world.clerk.mintSessionToken('sess_ada');
    expect(await deliver(gateway, revoked())).toBe(200);
    const { status, codes } = await gateway.ask('{ session { id } }', { bearer });
    expect([status, codes]).toEqual([401, ['UNAUTHENTICATED']]);
  });
});
