import { gql } from '@apollo/client';
import { describe, expect, test } from 'vitest';
import { apolloClient } from '../apollo.ts';
import { queryToken as queryWithApollo } from '../apollo-query.ts';
import { graphqlRequestClient } from '../graphql-request.ts';
import { urqlClient } from '../urql.ts';
import { queryToken as queryWithUrql } from '../urql-query.ts';
import { unauthorized, useWorld } from './world.ts';

const world = useWorld();
const query = '{ user }';

describe('Apollo Client', () => {
  test('sends the token with each operation, and that of the next user after a switch', async () => {
    const { source, browser } = await world.start();
    const { url, served } = await world.service(unauthorized);
    const client = apolloClient(url, source);
    const ask = () => client.query({ query: gql(query), fetchPolicy: 'network-only' });
    expect((await ask()).data).toEqual({ user: 'user_ada' });
    await ask();
    browser.change('sess_grace_acme');
    expect((await ask()).data).toEqual({ user: 'user_grace' });
    browser.change(null);
    await expect(ask()).rejects.toThrow(/401/);
    expect(served.map(({ user }) => user)).toEqual(['user_ada', 'user_ada', 'user_grace', null]);
    expect(world.mints()).toBe(2);
    client.stop();
  });

  test('passes on an error of the source', async () => {
    const { source } = await world.start();
    const { url, served } = await world.service(unauthorized);
    world.clerk.controls.answerAlways({ status: 503 });
    const client = apolloClient(url, source);
    await expect(client.query({ query: gql(query) })).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(served).toEqual([]);
    client.stop();
  });

  test('gets a token with the typed document, and does not cache it', async () => {
    const { url, browser } = await world.start();
    const session = { getToken: async () => (await browser.clerk.session?.getToken()) ?? null };
    const client = apolloClient(url, session);
    const token = await queryWithApollo(client, 'hasura');
    expect(token?.jwt.split('.')).toHaveLength(3);
    await queryWithApollo(client, 'hasura');
    expect(client.extract()).toEqual({});
    // Each request reaches the gateway, which has minted one token.
    expect([browser.reads.length, world.mints()]).toEqual([2, 1]);
    client.stop();
  });
});

describe('urql', () => {
  test('sends the token with each operation', async () => {
    const { source, browser } = await world.start();
    const { url, served } = await world.service(unauthorized);
    const client = urqlClient(url, source);
    const ask = () => client.query(query, {}, { requestPolicy: 'network-only' }).toPromise();
    expect((await ask()).data).toEqual({ user: 'user_ada' });
    browser.change('sess_grace_acme');
    expect((await ask()).data).toEqual({ user: 'user_grace' });
    browser.change(null);
    expect((await ask()).error?.response.status).toBe(401);
    expect(served.map(({ user }) => user).slice(0, 2)).toEqual(['user_ada', 'user_grace']);
  });

  test('gets a new token for the next operation when the service refuses the held one', async () => {
    const { source } = await world.start();
    const { url, served, refuse } = await world.service(unauthorized);
    refuse(await source.getToken());
    const client = urqlClient(url, source);
    const ask = () => client.query(query, {}, { requestPolicy: 'network-only' }).toPromise();
    expect((await ask()).error?.response.status).toBe(401);
    expect((await ask()).data).toEqual({ user: 'user_ada' });
    expect(served).toHaveLength(2);
    expect(world.mints()).toBe(2);
  });

  test('passes on an error of the source', async () => {
    const { source } = await world.start();
    const { url, served } = await world.service(unauthorized);
    world.clerk.controls.answerAlways({ status: 503 });
    const { error } = await urqlClient(url, source).query(query, {}).toPromise();
    expect(error?.networkError).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(served).toEqual([]);
  });

  test('gets a token with the typed document, each time from the gateway', async () => {
    const { url, browser } = await world.start();
    const session = { getToken: async () => (await browser.clerk.session?.getToken()) ?? null };
    const client = urqlClient(url, session);
    const first = await queryWithUrql(client, 'hasura');
    const second = await queryWithUrql(client, 'hasura');
    expect(second?.jwt).toBe(first?.jwt);
    expect(first?.jwt.split('.')).toHaveLength(3);
    expect(browser.reads).toHaveLength(2);
  });
});

describe('graphql-request', () => {
  test('sends the token with each request', async () => {
    const { source, browser } = await world.start();
    const { url, served } = await world.service(unauthorized);
    const client = graphqlRequestClient(url, source);
    expect(await client.request(query)).toEqual({ user: 'user_ada' });
    browser.change('sess_grace_acme');
    expect(await client.request(query)).toEqual({ user: 'user_grace' });
    browser.change(null);
    await expect(client.request(query)).rejects.toMatchObject({ response: { status: 401 } });
    expect(served.map(({ user }) => user)).toEqual(['user_ada', 'user_grace', null]);
  });
});
