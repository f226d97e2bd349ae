import { describe, expect, test } from 'vitest';
import type { GatewayOptions } from '../../../src/index.ts';
import { routeToSubgraph, type SubgraphHeaders } from '../../support/apollo-router.ts';
import { clerkEvents, newSigningSecret, send, signWebhook } from '../../support/clerk-events.ts';
import { subgraphs, useCoprocessors } from '../../support/coprocessor-gateways.ts';
import { appOrigin, useGateways } from '../../support/gateway.ts';
import { startGuardedSubgraph } from '../../support/guarded-subgraph.ts';
import { clerkCookies, nowSeconds, signSession } from '../../support/tokens.ts';

const world = useGateways();
const { start, signedIn } = useCoprocessors(world);

interface SupergraphOptions {
  options?: Partial<GatewayOptions>;
  users?: number;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

/** Starts a gateway, and three subgraphs that accept their own audience only. The third is not in the mapping. */
async function startSupergraph({ options, users, now = Date.now }: SupergraphOptions = {}) {
  const { gateway, url } = await start({ now, ...options }, users);
  const common = { clerk: world.clerk, now };
  const guarded = {
    inventory: await startGuardedSubgraph({ ...common, audience: 'inventory' }),
    billing: await startGuardedSubgraph({ ...common, audience: 'billing', header: 'x-billing-token' }),
    shipping: await startGuardedSubgraph({ ...common, audience: 'shipping' }),
  };
  /** Routes a request as Apollo Router does. @returns what the subgraph answers, or the code of the error in its place */
  async function ask(name: keyof typeof guarded, headers: SubgraphHeaders = {}): Promise<unknown> {
    const outcome = await routeToSubgraph(url, name, headers);
    return outcome.kind === 'asked' ? guarded[name].ask(outcome.headers) : outcome.errors[0]?.extensions.code;
  }
  /** Routes one request of each caller at once, in this process, and then sends all of them to the subgraph. */
  async function askAtOnce(name: keyof typeof guarded, callers: readonly SubgraphHeaders[]) {
    const routed = await Promise.all(
      callers.map((headers) => routeToSubgraph(url, name, headers, gateway.fetch)),
    );
    return Promise.all(
      routed.map((outcome) => (outcome.kind === 'asked' ? guarded[name].ask(outcome.headers) : outcome)),
    );
  }
  const arrived = () => Object.values(guarded).flatMap((subgraph) => subgraph.arrived);
  return { gateway, ask, askAtOnce, arrived, ...guarded };
}

/** Returns the headers of a caller whose session token lives for ten minutes. */
async function longSignedIn(): Promise<SubgraphHeaders> {
  const exp = nowSeconds() + 600;
  const token = await signSession(world.clerk, { sid: 'sess_0', sub: 'user_0', exp });
  return { authorization: [`Bearer ${token}`] };
}

describe('a supergraph whose subgraphs accept their own audience only', () => {
  test('K01 each subgraph accepts the token that it receives, and no other subgraph accepts that', async () => {
    const { ask, inventory, billing, shipping } = await startSupergraph();
    const caller = await signedIn('sess_0');
    expect([await ask('inventory', caller), await ask('billing', caller)]).toEqual(['user_0', 'user_0']);
    expect(await ask('shipping', caller)).toBe('anonymous');
    const token = inventory.arrived[0]?.authorization?.slice('Bearer '.length) ?? '';
    expect(await inventory.ask({ authorization: [`Bearer ${token}`] })).toBe('user_0');
    expect(await billing.ask({ 'x-billing-token': [token] })).toBe('refused');
    expect(await shipping.ask({ authorization: [`Bearer ${token}`] })).toBe('refused');
  });

  test('K02 no subgraph receives a session token or a cookie of Clerk, whatever the router propagates', async () => {
    const { ask, arrived } = await startSupergraph({ options: { corsOrigins: [appOrigin] } });
    const { authorization = [] } = await signedIn('sess_0');
    const token = String(authorization[0]).slice('Bearer '.length);
    const claims = { sid: 'sess_0', sub: 'user_0', azp: appOrigin, iss: world.clerk.issuer };
    const session = await signSession(world.clerk, claims);
    const cookie = [`theme=dark; ${clerkCookies(session)}; __session_x=${session}; __clerk_db_jwt_x=d`];
    const credentials = [{ authorization }, { cookie, origin: [appOrigin] }, { authorization, cookie }];
    for (const headers of credentials) {
      expect(await ask('inventory', headers)).toBe('user_0');
      expect(await ask('billing', headers)).toBe('user_0');
      expect(await ask('shipping', headers)).toBe('anonymous');
    }
    const texts = arrived().map((headers) => JSON.stringify(headers));
    expect(texts).toHaveLength(9);
    for (const text of texts) {
      expect([text.includes(token), text.includes(session)]).toEqual([false, false]);
      expect(text).not.toMatch(/__session|__client_uat|__clerk_db_jwt/);
    }
  });

  test('K03 two hundred callers at once each get their own, with one mint for each template', async () => {
    const { askAtOnce, arrived } = await startSupergraph({ options: { deadline: 20_000 }, users: 200 });
    const callers = await Promise.all(Array.from({ length: 200 }, (_, at) => signedIn(`sess_${at}`)));
    const users = callers.map((_, at) => `user_${at}`);
    expect(await askAtOnce('inventory', callers)).toEqual(users);
    expect(await askAtOnce('billing', callers)).toEqual(users);
    expect(world.mints()).toBe(400);
    const received = arrived().map((headers) => JSON.stringify(headers));
    const sent = callers.map(({ authorization }) => String(authorization).slice('Bearer '.length));
    expect(sent.filter((token) => received.some((text) => text.includes(token)))).toEqual([]);
  });

  test('K03 two hundred requests of one caller at once share one mint for each template', async () => {
    const { gateway, askAtOnce } = await startSupergraph();
    const caller = await signedIn('sess_0');
    const callers = Array.from({ length: 200 }, () => caller);
    const users = callers.map(() => 'user_0');
    expect(await askAtOnce('inventory', callers)).toEqual(users);
    expect(await askAtOnce('billing', callers)).toEqual(users);
    expect(world.mints()).toBe(2);
    const outcomes = gateway.audited.map(({ outcome, door }) => `${outcome} ${door}`);
    expect(outcomes.filter((outcome) => outcome === 'minted coprocessor')).toHaveLength(2);
    expect(outcomes.filter((outcome) => outcome === 'served coprocessor')).toHaveLength(398);
  });

  test('K10 a renewal in the middle: the subgraph accepts every token, before and after', async () => {
    let ahead = 0;
    const { gateway, ask, inventory } = await startSupergraph({ now: () => Date.now() + ahead });
    const caller = await longSignedIn();
    const tokens = () => new Set(inventory.arrived.map(({ authorization }) => authorization));
    const askTwenty = () => Promise.all(Array.from({ length: 20 }, () => ask('inventory', caller)));
    const accepted = Array.from({ length: 20 }, () => 'user_0');
    expect(await askTwenty()).toEqual(accepted);
    ahead = 50_000;
    world.clerk.controls.advanceClock(ahead);
    expect(await askTwenty()).toEqual(accepted);
    await expect.poll(() => gateway.audited.some(({ background }) => background)).toBe(true);
    expect(await askTwenty()).toEqual(accepted);
    expect([world.mints(), tokens().size]).toEqual([2, 2]);
  });

  test('K04 an anonymous caller: every subgraph is asked without a token', async () => {
    const { ask } = await startSupergraph();
    const names = ['inventory', 'billing', 'shipping'] as const;
    expect(await Promise.all(names.map((name) => ask(name)))).toEqual(names.map(() => 'anonymous'));
    expect(world.mints()).toBe(0);
  });

  test('K05 after a revocation and during an outage, only a subgraph with onFailure anonymous is asked', async () => {
    const webhookSigningSecret = newSigningSecret();
    const billing = { ...subgraphs.billing, onFailure: 'anonymous' as const };
    const { gateway, ask, inventory } = await startSupergraph({
      options: { webhookSigningSecret, subgraphs: { inventory: subgraphs.inventory, billing } },
      users: 2,
    });
    const revoked = await signedIn('sess_0');
    expect(await ask('inventory', revoked)).toBe('user_0');
    const event = clerkEvents().session('revoked', 'sess_0');
    expect((await send(gateway, signWebhook(webhookSigningSecret, event))).status).toBe(200);
    expect([await ask('inventory', revoked), await ask('billing', revoked)]).toEqual([
      ...['UNAUTHENTICATED', 'anonymous'],
    ]);
    world.clerk.controls.answerAlways({ status: 503, body: '' });
    const other = await signedIn('sess_1');
    expect([await ask('inventory', other), await ask('billing', other)]).toEqual([
      ...['UPSTREAM_UNAVAILABLE', 'anonymous'],
    ]);
    expect(inventory.arrived).toHaveLength(1);
  });
});
