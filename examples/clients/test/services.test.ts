import type { Clerk } from '@clerk/shared/types';
import { describe, expect, test } from 'vitest';
import { type BrowserClerk, clerkTokenSource } from '../clerk.ts';
import { queryHasura } from '../hasura.ts';
import { supabaseClient } from '../supabase.ts';
import { unauthorized, useWorld } from './world.ts';

const world = useWorld();

describe("Clerk's browser SDK", () => {
  test('has the interface that the recipe needs', () => {
    const recipe = (clerk: Clerk) => clerkTokenSource(clerk satisfies BrowserClerk, '/graphql', 'hasura');
    expect(recipe).toBeTypeOf('function');
  });

  test('is called for each request, and past its cache after the gateway refused its token', async () => {
    const { source, browser } = await world.start();
    await source.getToken();
    await source.getToken();
    expect(browser.reads).toEqual(browser.reads.map(() => ({ skipCache: false })));
    browser.give('a.b.c');
    await expect(source.getToken({ forceRefresh: true })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(browser.reads).toContainEqual({ skipCache: true });
  });

  test('notifies listeners of a sign-out and of the next sign-in at once', async () => {
    const { source, browser } = await world.start();
    const reported: (string | null)[] = [];
    source.subscribe(({ token }) => reported.push(token));
    const ada = await source.getToken();
    browser.change(null);
    await expect.poll(() => reported).toEqual([ada, null]);
    browser.change('sess_grace_acme');
    await expect.poll(() => reported).toHaveLength(3);
    expect(reported[2]).toBe(await source.getToken());
  });
});

describe("Clerk's browser SDK, with identity", () => {
  test('is called at once when another organization is chosen', async () => {
    const { source, browser } = await world.start();
    await source.getToken();
    const reads = browser.reads.length;
    browser.change('sess_ada', 'org_acme');
    await expect.poll(() => browser.reads.length).toBeGreaterThan(reads);
  });

  test.each([
    ['session', 'sess_grace_acme', undefined],
    ['organization', 'sess_ada', 'org_acme'],
  ])(
    'keeps the held token for its session while it hangs, and not for another %s',
    async (_what, session, organization) => {
      const { source, browser } = await world.start();
      const held = await source.getToken();
      browser.hang();
      const waiting = () => source.getToken({ signal: AbortSignal.timeout(1000) });
      expect(await waiting()).toBe(held);
      browser.change(session, organization);
      await expect(waiting()).rejects.toThrow(/timeout/);
    },
  );
});

describe('Supabase', () => {
  test('sends the token as its access token, or its key when no session is signed in', async () => {
    const { source, browser } = await world.start();
    const { url, served } = await world.service(unauthorized);
    const client = supabaseClient(url, 'publishable', source);
    expect((await client.from('notes').select()).data).toEqual([{ user: 'user_ada' }]);
    browser.change('sess_grace_acme');
    expect((await client.from('notes').select()).data).toEqual([{ user: 'user_grace' }]);
    browser.change(null);
    expect((await client.from('notes').select()).status).toBe(401);
    expect(served.map(({ user }) => user)).toEqual(['user_ada', 'user_grace', null]);
    expect(served[0]).toMatchObject({ path: '/rest/v1/notes?select=*', headers: { apikey: 'publishable' } });
  });
});

describe('Hasura', () => {
  const invalid = {
    status: 200,
    body: { errors: [{ message: 'Could not verify JWT', extensions: { code: 'invalid-jwt' } }] },
  };

  test('gets the token, and a new one after it refused the first', async () => {
    const { source } = await world.start();
    const { url, served, refuse } = await world.service(invalid);
    expect(await queryHasura(url, source, '{ user }')).toEqual({ data: { user: 'user_ada' } });
    refuse(served[0]?.token ?? null);
    expect(await queryHasura(url, source, '{ user }')).toEqual({ data: { user: 'user_ada' } });
    expect(served).toHaveLength(3);
    expect(world.mints()).toBe(2);
  });

  test('gives the final answer when it refuses the new token as well', async () => {
    const { source } = await world.start();
    const { url, served, refuseAll } = await world.service(invalid);
    refuseAll();
    expect(await queryHasura(url, source, '{ user }')).toEqual(invalid.body);
    expect(new Set(served.map(({ token }) => token)).size).toBe(2);
  });

  test('gets one request when no session is signed in', async () => {
    const { source, browser } = await world.start();
    const { url, served } = await world.service(invalid);
    browser.change(null);
    expect(await queryHasura(url, source, '{ user }')).toEqual(invalid.body);
    expect(served).toHaveLength(1);
  });
});
