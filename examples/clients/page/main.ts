import { createTokenSource } from 'mintgate/client';
import { clerkTokenSource } from '../clerk.ts';
import { devClerk } from './dev-clerk.ts';
import type { PageClient, Place } from './page-client.ts';
import { card, choices, element, log } from './view.ts';
import { withApollo } from './with-apollo.ts';
import { withCookies } from './with-cookies.ts';
import { withGraphqlRequest } from './with-graphql-request.ts';
import { withRelay } from './with-relay.ts';
import { withTokenSource } from './with-token-source.ts';
import { withUrql } from './with-urql.ts';

const clients: Record<string, { title: string; connect: (place: Place) => PageClient; renewal: string }> = {
  apollo: { title: 'Apollo Client', connect: withApollo, renewal: 'A subscription, through Apollo Client.' },
  urql: { title: 'urql', connect: withUrql, renewal: 'A subscription, through urql.' },
  'graphql-request': {
    title: 'graphql-request',
    connect: withGraphqlRequest,
    renewal: 'A subscription, beside graphql-request, which has none.',
  },
  relay: { title: 'Relay, its network layer', connect: withRelay, renewal: 'A subscription, through Relay.' },
  'token-source': {
    title: 'mintgate/client',
    connect: withTokenSource,
    renewal: 'No subscription: the token source renews by itself.',
  },
  cookies: {
    title: 'cookies alone',
    connect: withCookies,
    renewal: 'A subscription, with cookies in place of a Bearer token.',
  },
};

const world = (await (await fetch('/dev/world')).json()) as {
  gatewayUrl: string;
  sessions: { id: string; label: string }[];
  templates: string[];
};
const address = new URL(location.href);
const parameter = (name: string) => address.searchParams.get(name);
const sessions = world.sessions.map(({ id, label }): [string, string] => [id, label]);
const session = choices('#session', sessions, parameter('session'));
const titles = Object.entries(clients).map(([name, { title }]): [string, string] => [name, title]);
const client = choices('#client', titles, parameter('client'));
const template = choices(
  '#template',
  world.templates.map((name) => [name, name]),
  parameter('template'),
);
element('#page-origin').textContent = location.origin;
element('#gateway-origin').textContent = new URL(world.gatewayUrl).origin;

const clerk = devClerk();
const [requested, renewed, service] = [card('requested'), card('renewed'), card('service')];
let leave = () => {};

/** Starts the chosen client, if a session is signed in. */
async function begin(): Promise<void> {
  leave();
  for (const each of [requested, renewed, service]) each.clear();
  const chosen = clients[client.value];
  element('#renewal').textContent = chosen?.renewal ?? '';
  const signedIn = clerk.session ?? null;
  show(signedIn?.id);
  if (!chosen || !signedIn) return;

  const byCookies = client.value === 'cookies';
  const { gatewayUrl } = world;
  const source = byCookies
    ? createTokenSource({ url: gatewayUrl, template: template.value, credentials: 'include' })
    : clerkTokenSource(clerk, gatewayUrl, template.value);
  const serviceUrl = new URL('/service', location.href).href;
  const page = chosen.connect({ gatewayUrl, serviceUrl, template: template.value, clerk, source });
  let unfollow = () => {};
  let left = false;
  leave = () => {
    left = true;
    unfollow();
    page.stop();
    source.dispose();
  };
  await clerk.useCookies(byCookies).catch(() => {});
  if (left) return;

  let count = 0;
  unfollow = page.follow((event) => {
    if (event.kind === 'token') {
      count += 1;
      renewed.token(event.token, `, number ${count}`);
      log(`Renewal: token ${count}`);
    } else {
      const text = event.kind === 'error' ? event.code : 'no further token';
      if (event.kind === 'error') renewed.error(event.code);
      log(`Renewal: ${text}`);
    }
  });
  onPress(requested, async () => requested.token(await page.queryToken()));
  onPress(service, async () => service.answer(`You are ${await page.queryService()}.`));
}

function onPress({ button, error }: typeof requested, act: () => Promise<void>): void {
  if (!button) return;
  const name = button.textContent ?? '';
  button.onclick = async () => {
    try {
      await act();
      log(`${name}: done`);
    } catch (failure) {
      const { message } = failure as Error;
      error(message);
      log(`${name}: ${message}`);
    }
  };
}

function show(sessionId: string | undefined): void {
  element('#who').textContent = sessionId ? `Signed in: ${sessionId}.` : 'Signed out.';
  element<HTMLButtonElement>('#sign-in').disabled = sessionId === session.value;
  for (const button of ['#sign-out', '#revoke', '#requested [data-do]', '#service [data-do]'])
    element<HTMLButtonElement>(button).disabled = !sessionId;
}

/** Stores the choices in the address, so that a reload restores the page. */
function remember(): void {
  for (const [name, { value }] of Object.entries({ session, client, template }))
    address.searchParams.set(name, value);
  history.replaceState(null, '', address);
}

clerk.addListener(({ session: now }) => {
  log(now ? `Signed in: ${now.id}` : 'Signed out');
  void begin();
});
element('#sign-in').onclick = () => clerk.signIn(session.value);
element('#sign-out').onclick = () => clerk.signOut();
element('#revoke').onclick = async () => {
  await fetch(`/dev/sessions/${clerk.session?.id}/revoke`, { method: 'POST' });
  log('Revoked at Clerk, which sent a webhook to the gateway');
};
session.onchange = () => {
  remember();
  show(clerk.session?.id);
};
for (const select of [client, template])
  select.onchange = () => {
    remember();
    void begin();
  };

/** A browser reports to be offline on a machine that has only loopback, too, where this page works: the page's own server decides. */
async function showNetwork(): Promise<void> {
  const answers = () =>
    fetch('/dev/world').then(
      () => true,
      () => false,
    );
  const reached = navigator.onLine || (await answers());
  element('#offline').hidden = reached || navigator.onLine;
}
for (const change of ['online', 'offline'])
  addEventListener(change, () => {
    void showNetwork();
    log(`Network: ${change}`);
  });
void showNetwork();
void begin();
