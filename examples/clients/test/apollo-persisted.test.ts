import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { print } from 'graphql';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { GatewayOptions } from '../../../src/index.ts';
import { useWorld } from './world.ts';

const world = useWorld();
const query = gql('query Name { __typename }');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Creates an Apollo Client with its persisted-query link, and records its requests: the method, and whether they have a hash and a query. */
async function start(options: Partial<GatewayOptions>, useGETForHashedQueries: boolean) {
  const { url } = await world.start(options);
  const sent: string[] = [];
  const watchingFetch: typeof fetch = (input, init) => {
    const method = init?.method ?? 'GET';
    const text = `${decodeURIComponent(String(input))} ${init?.body ?? ''}`;
    const parts = [
      method,
      ...(text.includes('sha256Hash') ? ['hash'] : []),
      ...(text.includes('query Name') ? ['query'] : []),
    ];
    sent.push(parts.join(' '));
    return fetch(input, init);
  };
  const link = ApolloLink.from([
    new PersistedQueryLink({ sha256, useGETForHashedQueries }),
    new HttpLink({ uri: url, fetch: watchingFetch }),
  ]);
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  onTestFinished(() => client.stop());
  const ask = () => client.query({ query, fetchPolicy: 'network-only' });
  return { ask, sent };
}

describe("Apollo Client's persisted-query link", () => {
  test('X19 sends the query if there are no persisted documents, and no hash from then on', async () => {
    for (const method of ['POST', 'GET']) {
      const { ask, sent } = await start({}, method === 'GET');
      for (const _time of [1, 2]) expect((await ask()).data).toEqual({ __typename: 'Query' });
      expect(sent).toEqual([`${method} hash`, 'POST query', 'POST query']);
    }
  });

  test('X19 gets the answer to a hash in the manifest, and sends no query', async () => {
    const persistedDocuments = { [`sha256:${sha256(print(query))}`]: print(query) };
    const { ask, sent } = await start({ persistedDocuments }, false);
    for (const _time of [1, 2]) expect((await ask()).data).toEqual({ __typename: 'Query' });
    expect(sent).toEqual(['POST hash', 'POST hash']);
  });

  test('X19 sends the query once for a hash that is not in the manifest, and reports the refusal', async () => {
    const { ask, sent } = await start({ persistedDocuments: { other: '{ __typename }' } }, false);
    await expect(ask()).rejects.toThrow(/Only persisted documents are executed here/);
    expect(sent).toEqual(['POST hash', 'POST hash query']);
  });
});
