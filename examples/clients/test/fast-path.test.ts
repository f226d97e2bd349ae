// The requests of GraphQL clients are of the form that the gateway's fast path answers.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client/core';
import { Client, fetchExchange } from '@urql/core';
import { GraphQLClient } from 'graphql-request';
import { createTokenSource } from 'mintgate/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGateway, createLogger, type Gateway } from '../../../src/index.ts';
import { type LocalClerk, startLocalClerk } from '../../../src/local-clerk/index.ts';

const query = 'query Token($template: String!) { sessionToken(template: $template) { jwt expiresAt } }';
const variables = { template: 'hasura' };

let clerk: LocalClerk;
let gateway: Gateway;
let url = '';
let token = '';
const server = createServer((request, response) => gateway(request, response));

beforeAll(async () => {
  clerk = await startLocalClerk();
  const { secretKey, publishableKey, jwtKey, url: apiUrl } = clerk;
  gateway = createGateway({
    ...{ secretKey, publishableKey, jwtKey, apiUrl, authorizedParties: 'any', templates: ['hasura'] },
    logger: createLogger({ level: 'silent' }),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  token = await clerk.mintSessionToken('sess_ada');
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await gateway.dispose();
  await clerk.close();
});

/** For each client: creates the function that requests a token with it. */
const clients: Record<string, () => () => Promise<unknown>> = {
  'Apollo Client': () => {
    const link = new HttpLink({ uri: url, headers: { authorization: `Bearer ${token}` } });
    const client = new ApolloClient({ cache: new InMemoryCache(), link });
    return () => client.query({ query: gql(query), variables, fetchPolicy: 'no-cache' });
  },
  urql: () => {
    const fetchOptions = { headers: { authorization: `Bearer ${token}` } };
    const client = new Client({ url, exchanges: [fetchExchange], preferGetMethod: false, fetchOptions });
    return () =>
      client
        .query(query, variables, { requestPolicy: 'network-only' })
        .toPromise()
        .then(({ data }) => data);
  },
  'graphql-request': () => {
    const client = new GraphQLClient(url, { headers: { authorization: `Bearer ${token}` } });
    return () => client.request(query, variables);
  },
  'mintgate/client': () => async () => {
    const source = createTokenSource({ url, template: 'hasura', credentials: { getToken: () => token } });
    const jwt = await source.getToken();
    source.dispose();
    return { jwt };
  },
};

test.each(Object.keys(clients))('X22 the fast path answers %s from its second request on', async (name) => {
  const ask = clients[name]?.() ?? (() => Promise.reject(new Error('no such client')));
  const before = gateway.stats().requests;
  for (let times = 0; times < 3; times += 1) expect(JSON.stringify(await ask())).toMatch(/"jwt":"eyJ/);
  const { fastPath, yoga } = gateway.stats().requests;
  expect([fastPath - before.fastPath, yoga - before.yoga]).toEqual([2, 1]);
});
