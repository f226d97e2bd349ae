import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import type { GatewayOptions } from '../../src/index.ts';
import { auditFields } from '../../src/mint/audit.ts';
import { tokenQuery } from '../support/answer.ts';
import { clerkEvents, newSigningSecret, send, signWebhook } from '../support/clerk-events.ts';
import { type TestGateway, useGateways } from '../support/gateway.ts';
import { mintEndpoint } from '../support/mint-endpoint.ts';
import { signSession } from '../support/tokens.ts';

const world = useGateways();

function withWebhooks(options: Partial<GatewayOptions> = {}) {
  const secret = newSigningSecret();
  return { secret, gateway: world.start({ webhookSigningSecret: secret, ...options }) };
}
const minutes = 60_000;

async function jwtFor(gateway: TestGateway, bearer: string, template = 'hasura'): Promise<string> {
  const { data } = await gateway.ask(tokenQuery, { bearer, variables: { template } });
  return data.sessionToken.jwt;
}

describe('an audit event', () => {
  test('of a minted and of a served token names the caller, the template and the token, and nothing else', async () => {
    const gateway = world.start();
    const bearer = await world.clerk.mintSessionToken('sess_grace_acme');
    const { jti, exp } = decodeJwt(await jwtFor(gateway, bearer));
    await jwtFor(gateway, bearer);
    const common = {
      template: 'hasura',
      sessionId: 'sess_grace_acme',
      userId: 'user_grace',
      organizationId: 'org_acme',
      actorId: null,
      jti,
      expiresAt: exp,
      tokenHmac: expect.stringMatching(/^[\w-]{16}$/),
    };
    expect(gateway.audited).toEqual([
      { outcome: 'minted', ...common },
      { outcome: 'served', ...common },
    ]);
    expect(gateway.audited[0]?.tokenHmac).toBe(gateway.audited[1]?.tokenHmac);
  });

  test('has an HMAC that is equal in every process with the same key, and differs for another token', async () => {
    const ada = await world.clerk.mintSessionToken('sess_ada');
    const grace = await world.clerk.mintSessionToken('sess_grace_acme');
    const hmacs = async (options = {}) => {
      const gateway = world.start(options);
      for (const bearer of [ada, grace]) await jwtFor(gateway, bearer);
      return gateway.audited.map(({ tokenHmac }) => tokenHmac);
    };
    // Every gateway gets the same tokens from Clerk.
    const jwts = await Promise.all(['sess_ada', 'sess_grace_acme'].map((id) => mintedOf(id)));
    const again = () =>
      world.clerk.controls.answerNext(
        jwts.map((jwt) => ({ status: 200, body: { jwt } })),
        mintEndpoint,
      );
    again();
    const first = await hmacs();
    again();
    expect(await hmacs()).toEqual(first);
    expect(new Set(first).size).toBe(2);
    again();
    expect(new Set([...first, ...(await hmacs({ cacheKey: 'x'.repeat(40) }))]).size).toBe(4);
  });

  test('of a token that is renewed in the background has background: true', async () => {
    let ahead = 0;
    const gateway = world.start({ now: () => Date.now() + ahead });
    const bearer = await signSession(world.clerk, { exp: Math.floor(Date.now() / 1000) + 300 });
    await jwtFor(gateway, bearer);
    ahead = 50_000;
    world.clerk.controls.advanceClock(ahead);
    await jwtFor(gateway, bearer);
    await expect.poll(() => gateway.audited).toHaveLength(3);
    expect(gateway.audited.map(({ outcome, background }) => [outcome, background])).toEqual([
      ['minted', undefined],
      ['served', undefined],
      ['minted', true],
    ]);
  });

  test('of an impersonated session names the impersonating user', async () => {
    const gateway = world.start({ templates: { hasura: { allowImpersonated: true } } });
    await jwtFor(gateway, await signSession(world.clerk, { act: { sub: 'user_support' } }));
    expect(gateway.audited).toMatchObject([{ userId: 'user_ada', actorId: 'user_support' }]);
  });

  test("of a refusal has the code, the reason and Clerk's trace id, and no field of a token", async () => {
    const gateway = world.start();
    const ask = (session: string, template: string) =>
      gateway.ask(tokenQuery, { session, variables: { template } });
    await ask('sess_ada', 'reports');
    await ask('sess_ada', 'billing');
    await ask('sess_ada', 'ghost');
    world.clerk.controls.setRateLimit({ limit: 0, windowMs: 10 * minutes, retryAfterSeconds: 7 });
    await ask('sess_ada', 'nhost');
    expect(gateway.audited).toMatchObject([
      { template: 'reports', code: 'FORBIDDEN', reason: expect.stringMatching(/permission/) },
      { template: 'billing', code: 'TEMPLATE_NOT_FOUND', reason: 'not configured' },
      {
        template: 'ghost',
        code: 'TEMPLATE_NOT_FOUND',
        reason: 'unknown to Clerk',
        clerkTraceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
      { template: 'nhost', code: 'RATE_LIMITED', reason: 'Clerk is throttling' },
    ]);
    for (const event of gateway.audited) {
      expect(event.outcome).toBe('refused');
      expect(Object.keys(event)).not.toEqual(expect.arrayContaining(['jti']));
      for (const field of ['jti', 'expiresAt', 'tokenHmac']) expect(event).not.toHaveProperty(field);
    }
  });

  test.each([false, true])(
    'of a revoked session is written once for each template, however often it is requested (requireSession: %s)',
    async (requireSession) => {
      const { secret, gateway } = withWebhooks({ requireSession });
      const bearer = await world.clerk.mintSessionToken('sess_ada');
      await send(gateway, signWebhook(secret, clerkEvents().session('revoked', 'sess_ada')));
      await gateway.ask(
        'query ($template: String!) { a: sessionToken(template: "hasura") { jwt } b: sessionToken(template: "hasura") { jwt } c: sessionToken(template: $template) { jwt } d: sessionToken(template: "../x") { jwt } session { id } }',
        { bearer, variables: { template: 'nhost' } },
      );
      const common = { outcome: 'refused', sessionId: 'sess_ada', code: 'UNAUTHENTICATED' };
      expect(gateway.audited).toMatchObject([
        { ...common, template: 'hasura', reason: 'the session or its user was revoked' },
        { ...common, template: 'nhost' },
      ]);
      expect(gateway.stats().refusals).toEqual({ revoked: 2 });
    },
  );

  test('has only fields that the table of docs/audit.md describes', async () => {
    const gateway = world.start();
    await jwtFor(gateway, await world.clerk.mintSessionToken('sess_ada'));
    await gateway.ask(tokenQuery, { session: 'sess_ada', variables: { template: 'ghost' } });
    const fields = new Set(gateway.audited.flatMap((event) => Object.keys(event)));
    expect(Object.keys(auditFields)).toEqual(expect.arrayContaining([...fields]));
  });
});

test("a host's audit function that fails does not fail the request: its events are logged", async () => {
  for (const audit of [
    () => {
      throw new Error('disk full');
    },
    () => Promise.reject(new Error('disk full')),
    () => new Promise<void>(() => {}),
  ]) {
    const gateway = world.start({ audit });
    const { codes } = await gateway.ask(tokenQuery, {
      session: 'sess_ada',
      variables: { template: 'hasura' },
    });
    expect(codes).toEqual([]);
    if (`${audit}`.includes('disk full'))
      await expect.poll(() => gateway.logLines.join('')).toContain('"outcome":"minted"');
  }
});

/** Returns a token that Clerk minted for a session. */
async function mintedOf(session: string): Promise<string> {
  return jwtFor(world.start(), await world.clerk.mintSessionToken(session));
}
