import { describe, expect, test } from 'vitest';
import { apolloSubscriptionClient, renewedToken as renewedWithApollo } from '../apollo-subscription.ts';
import { renewedToken as renewedWithUrql, urqlSubscriptionClient } from '../urql-subscription.ts';
import { useWorld } from './world.ts';

const world = useWorld();

/** The events of a subscriber. */
interface Seen {
  jwts: unknown[];
  codes: Set<unknown>;
}

type Subscribe = (
  url: string,
  sessionToken: () => Promise<string | null>,
  template: string,
  seen: Seen,
) => () => void;

const withApollo: Subscribe = (url, sessionToken, template, seen) => {
  const client = apolloSubscriptionClient(url, sessionToken);
  const subscription = renewedWithApollo(client, template).subscribe({
    next({ data, error }) {
      if (data?.sessionToken) seen.jwts.push(data.sessionToken.jwt);
      const { errors = [] } = (error ?? {}) as { errors?: { extensions?: { code?: unknown } }[] };
      for (const { extensions } of errors) seen.codes.add(extensions?.code);
    },
  });
  return () => subscription.unsubscribe();
};

const withUrql: Subscribe = (url, sessionToken, template, seen) => {
  const client = urqlSubscriptionClient(url, sessionToken);
  const { unsubscribe } = renewedWithUrql(client, template).subscribe(({ data, error }) => {
    if (data?.sessionToken) seen.jwts.push(data.sessionToken.jwt);
    for (const { extensions } of error?.graphQLErrors ?? []) seen.codes.add(extensions.code);
  });
  return unsubscribe;
};

describe.each([
  ['Apollo Client', withApollo],
  ['urql', withUrql],
])('%s', (_name, subscribe) => {
  /** Starts a gateway that renews its tokens every second or two, and a subscriber. */
  async function start() {
    const { gateway, url, browser } = await world.start({ templates: { hasura: { maxCacheAge: 1 } } });
    const seen: Seen = { jwts: [], codes: new Set() };
    const sessionToken = async () => (await browser.clerk.session?.getToken()) ?? null;
    return {
      gateway,
      browser,
      seen,
      open: (template: string) => subscribe(url, sessionToken, template, seen),
    };
  }

  test('gets each successor of the token over an event stream, and ends it by unsubscribing', async () => {
    const { gateway, seen, open } = await start();
    const unsubscribe = open('hasura');
    await expect.poll(() => seen.jwts.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(3);
    expect(new Set(seen.jwts).size).toBe(seen.jwts.length);
    expect(gateway.stats().subscriptions).toBe(1);
    unsubscribe();
    await expect.poll(() => gateway.stats().subscriptions).toBe(0);
    expect(seen.codes.size).toBe(0);
  });

  test('gets the reason why there is no further token', async () => {
    const { gateway, browser, seen, open } = await start();
    open('hasura');
    await expect.poll(() => seen.jwts.length).toBeGreaterThanOrEqual(1);
    world.clerk.controls.setSessionStatus(browser.clerk.session?.id ?? '', 'ended');
    await expect.poll(() => [...seen.codes], { timeout: 20_000 }).toEqual(['UNAUTHENTICATED']);
    await expect.poll(() => gateway.stats().subscriptions).toBe(0);
  });

  test('gets the refusal of the policy', async () => {
    const { seen, open } = await start();
    open('other');
    await expect.poll(() => [...seen.codes]).toEqual(['TEMPLATE_NOT_FOUND']);
  });
});
