import { describe, expect, test } from 'vitest';
import { clerkEvents } from '../support/clerk-events.ts';
import { events, type ServerSentEvent } from '../support/event-stream.ts';
import { type TestGateway, useGateways } from '../support/gateway.ts';
import { mintEndpoint } from '../support/mint-endpoint.ts';
import { serveGateway } from '../support/serve-gateway.ts';
import { useWebhooks } from '../support/webhook-gateways.ts';

const world = useGateways();
const { start, deliver } = useWebhooks(world);
/** Renews tokens about every second. */
const brief = { templates: { hasura: { maxCacheAge: 1 } } };

/** Subscribes over a socket, and reads all events. */
async function subscribe(gateway: TestGateway, session: string) {
  const { url } = await serveGateway(gateway);
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${await world.clerk.mintSessionToken(session)}`,
    },
    body: JSON.stringify({ query: 'subscription { sessionToken(template: "hasura") { jwt } }' }),
  });
  expect(response.status).toBe(200);
  return { ended: events(response) };
}

/** Returns the kind of each event: a token, the code of an error, or the end. */
const kindsOf = (found: readonly ServerSentEvent[]) =>
  found.map(({ event, data }) => {
    const { data: tokens, errors } = (data ?? {}) as {
      data?: { sessionToken?: { jwt?: string } | null } | null;
      errors?: { extensions: { code: string } }[];
    };
    return errors?.[0]?.extensions.code ?? (tokens?.sessionToken?.jwt ? 'token' : event);
  });

describe('R07 a subscription that is open at the revocation', () => {
  test.each([
    ['of its session', () => clerkEvents().session('revoked', 'sess_ada')],
    ['of its session, which was signed out', () => clerkEvents().session('ended', 'sess_ada')],
    ['of its user, who was banned', () => clerkEvents().userUpdated('user_ada', { banned: true })],
    ['of its user, who was deleted', () => clerkEvents().userDeleted('user_ada')],
  ])('R07 %s ends with an error, and no more tokens are minted for it', async (_what, revocation) => {
    const gateway = start(brief);
    const [own, other] = [await subscribe(gateway, 'sess_ada'), await subscribe(gateway, 'sess_grace_acme')];
    await expect.poll(() => world.mints()).toBeGreaterThan(1);
    expect(await deliver(gateway, revocation())).toBe(200);
    const kinds = kindsOf(await own.ended);
    expect(kinds.slice(-2)).toEqual(['UNAUTHENTICATED', 'complete']);
    expect(new Set(kinds.slice(0, -2))).toEqual(new Set(['token']));
    const minted = gateway.audited.filter(({ sessionId }) => sessionId === 'sess_ada').length;
    // The other subscription goes on.
    const before = world.mints();
    await expect.poll(() => world.mints()).toBeGreaterThan(before);
    expect(gateway.audited.filter(({ sessionId }) => sessionId === 'sess_ada')).toHaveLength(minted);
    expect(gateway.stats().subscriptions).toBe(1);
    gateway.drain();
    expect(kindsOf(await other.ended).at(-1)).toBe('complete');
  });

  test('R07 while its next token is being minted does not get that token', async () => {
    const gateway = start(brief);
    const { ended } = await subscribe(gateway, 'sess_ada');
    await expect.poll(() => world.mints()).toBeGreaterThan(0);
    const release = world.clerk.controls.hang(mintEndpoint);
    const before = world.mints();
    await expect.poll(() => world.mints()).toBeGreaterThan(before);
    const given = () => gateway.audited.filter(({ outcome }) => outcome !== 'refused').length;
    const held = given();
    expect(await deliver(gateway, clerkEvents().session('revoked', 'sess_ada'))).toBe(200);
    release();
    expect(kindsOf(await ended).slice(-2)).toEqual(['UNAUTHENTICATED', 'complete']);
    expect(given()).toBe(held);
  });

  test('R07 without a webhook ends when Clerk reports the end of the session', async () => {
    const gateway = start(brief);
    const { ended } = await subscribe(gateway, 'sess_ada');
    await expect.poll(() => world.mints()).toBeGreaterThan(0);
    world.clerk.controls.setSessionStatus('sess_ada', 'revoked');
    expect(kindsOf(await ended).slice(-2)).toEqual(['UNAUTHENTICATED', 'complete']);
  });
});
