import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, onTestFinished, test } from 'vitest';
import { openTelemetry } from '../../src/opentelemetry.ts';
import { channelMessages } from '../../src/telemetry/channels.ts';
import { leaksIn } from '../leaks/forbidden.ts';
import { tokenQuery } from '../support/answer.ts';
import { clerkEvents } from '../support/clerk-events.ts';
import { gatewayOrigin, useGateways } from '../support/gateway.ts';
import { type Series, startMetrics } from '../support/metrics.ts';
import { startTraces } from '../support/traces.ts';
import { useWebhooks } from '../support/webhook-gateways.ts';

const world = useGateways();
const { start, deliver } = useWebhooks(world);

/** Starts a gateway whose metrics and traces the SDK records. */
function startObserved() {
  const { meterProvider, collect } = startMetrics();
  const tracing = startTraces();
  const gateway = start({ telemetry: openTelemetry({ meterProvider, ...tracing }) });
  return { gateway, collect, ...tracing };
}

/** Returns the attributes of all series and spans, each once. */
function distinct(all: readonly Pick<Series, 'name' | 'attributes'>[]): string[] {
  return [...new Set(all.map(({ name, attributes }) => JSON.stringify([name, attributes])))].toSorted();
}

test('a hostile caller creates no series, and no names of spans', async () => {
  const { gateway, collect, spans, reset } = startObserved();
  const bearer = await world.clerk.mintSessionToken('sess_ada');
  const attack = async (at: number) => {
    const query = `query Op${at}($template: String!) { sessionToken(template: $template) { jwt } }`;
    await gateway.ask(query, { bearer, variables: { template: `t${at}` }, operationName: `Op${at}` });
    const method = at % 2 === 0 ? `M${at}` : 'GET';
    const headers = { 'x-forwarded-proto': `p${at}`, origin: `https://o${at}.example.com` };
    await gateway.fetch(new Request(`${gatewayOrigin}/p${at}?q=${at}`, { method, headers }));
  };
  for (const at of [0, 1]) await attack(at);
  const before = [distinct(await collect()), distinct(spans())];
  reset();
  for (let at = 2; at < 100; at += 1) await attack(at);
  expect([distinct(await collect()), distinct(spans())]).toEqual(before);
});

test('no metric, span or message contains a secret, or the id of a user, a session or an organization', async () => {
  const { gateway, collect, spans } = startObserved();
  const messages: unknown[] = [];
  const listener = (message: unknown) => void messages.push(message);
  const names = Object.keys(channelMessages).map((name) => `mintgate:${name}`);
  for (const name of names) subscribe(name, listener);
  onTestFinished(() => {
    for (const name of names) unsubscribe(name, listener);
  });
  const bearer = await world.clerk.mintSessionToken('sess_ada');
  const variables = { template: 'hasura' };
  const headers = { baggage: `user=user_ada,token=${bearer}` };
  for (let at = 0; at < 3; at += 1) await gateway.ask(tokenQuery, { bearer, variables, headers });
  const { data } = await gateway.ask(tokenQuery, { bearer, variables: { template: 'nhost' } });
  // Tokens and ids in the wrong places.
  await gateway.ask(tokenQuery, { bearer, variables: { template: bearer } });
  await gateway.ask(tokenQuery, { bearer, variables: { template: 'user_ada' } });
  await gateway.ask(`query user_ada { session { id } }`, { bearer, operationName: 'user_ada' });
  await gateway.fetch(new Request(`${gatewayOrigin}/${bearer}`, { method: 'POST' }));
  await gateway.ask(tokenQuery, { bearer: `${bearer}x`, variables });
  world.clerk.controls.setSessionStatus('sess_ada', 'ended');
  await gateway.ask('{ sessionToken(template: "hasura", fresh: true) { jwt } }', { bearer });
  expect(await deliver(gateway, clerkEvents().session('revoked', 'sess_ada'))).toBe(200);

  const kinds = new Set(messages.map((message) => Object.keys(message as object).join()));
  expect(kinds.size).toBeGreaterThanOrEqual(names.length);
  const recorded = spans().map(({ name, attributes, events, links, status }) => ({
    ...{ name, attributes, events, status, links: links.map((link) => link.attributes) },
  }));
  expect(recorded.length).toBeGreaterThan(10);
  const text = JSON.stringify([await collect(), recorded, messages]);
  const ids = [
    'user_ada',
    'sess_ada',
    'org_acme',
    'ada@example.com',
    data.sessionToken.jwt,
    bearer.slice(0, 40),
  ];
  expect([leaksIn(text), ids.filter((id) => text.includes(id))]).toEqual([[], []]);
});
