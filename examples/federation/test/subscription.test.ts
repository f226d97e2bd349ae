import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readEvents } from '../../../test/support/event-stream.ts';
import { composeForHive } from './support/composers.ts';
import { startHiveCommand, startHiveInProcess } from './support/hive-gateway.ts';
import type { Router } from './support/routers.ts';
import { appOrigin, type Supergraph, startSupergraph } from './support/supergraph.ts';

const subscription = 'subscription { sessionToken(template: "hasura") { jwt expiresAt } }';

// Apollo Gateway has no subscriptions.
describe.each([
  ['Hive Gateway in process', startHiveInProcess],
  ['the command hive-gateway', startHiveCommand],
])('a subscription through %s', (_name, startRouter) => {
  let world: Supergraph;
  let router: Router;
  beforeAll(async () => {
    world = await startSupergraph();
    router = await startRouter(composeForHive(world.services).supergraph ?? '');
  });
  afterAll(async () => {
    await router?.close();
    await world?.close();
  });
  // Tokens that are renewed every second or two.
  beforeEach(() => world.renew({ templates: { hasura: { maxCacheAge: 1 } } }));

  async function subscribe(sessionId?: string) {
    const leaving = new AbortController();
    const authorization = sessionId
      ? { authorization: `Bearer ${await world.clerk.mintSessionToken(sessionId, { azp: appOrigin })}` }
      : {};
    const response = await router.ask({
      method: 'POST',
      signal: leaving.signal,
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...authorization },
      body: JSON.stringify({ query: subscription }),
    });
    const reader = readEvents(response);
    /** Returns the next event that is not a comment. */
    const next = async () => {
      for (let event = await reader.next(); !event.done; event = await reader.next())
        if (event.value.event !== 'comment') return event.value;
      return undefined;
    };
    const leave = async () => {
      leaving.abort();
      await reader.return().catch(() => {});
    };
    return { next, leave };
  }

  const jwtIn = (event: { data?: unknown } | undefined) =>
    (event?.data as { data?: { sessionToken?: { jwt?: string } } } | undefined)?.data?.sessionToken?.jwt ??
    '';

  test('sends each caller its own token, then the successors', async () => {
    const sessions = ['sess_ada', 'sess_grace_acme'];
    const streams = await Promise.all(sessions.map(subscribe));
    for (const [at, stream] of streams.entries()) {
      const jwts = [jwtIn(await stream.next()), jwtIn(await stream.next())];
      expect(new Set(jwts).size).toBe(2);
      for (const jwt of jwts) expect(decodeJwt(jwt).sub).toBe(['user_ada', 'user_grace'][at]);
    }
    await Promise.all(streams.map(({ leave }) => leave()));
    await expect.poll(() => world.open(), { timeout: 20_000 }).toBe(0);
  });

  test('sends an error without credentials, and ends', async () => {
    const { next } = await subscribe();
    expect(await next()).toMatchObject({
      event: 'next',
      data: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    });
    expect(await next()).toMatchObject({ event: 'complete' });
  });

  test('ends with the code of the error when the session ends', async () => {
    const { next } = await subscribe('sess_ada');
    expect(jwtIn(await next())).not.toBe('');
    world.clerk.controls.setSessionStatus('sess_ada', 'ended');
    let event = await next();
    while (jwtIn(event)) event = await next();
    expect(event).toMatchObject({
      event: 'next',
      data: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    });
    expect(await next()).toMatchObject({ event: 'complete' });
  });
});
