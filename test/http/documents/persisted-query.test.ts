import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import manifest from '../../../src/client/generated/persisted-documents.json' with { type: 'json' };
import type { GatewayOptions } from '../../../src/index.ts';
import { readAnswer } from '../../support/answer.ts';
import { useGateways } from '../../support/gateway.ts';

const world = useGateways();
const query = '{ __typename }';
const sha256Hash = createHash('sha256').update(query).digest('hex');
const byHash = (hash: unknown = sha256Hash, more: object = {}) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: hash } },
  ...more,
});

/** Accept headers of clients: Apollo Client 4 names two types, others one or any. */
const accepts = [
  'application/graphql-response+json,application/json;q=0.9',
  'application/graphql-response+json',
  'application/json',
  '*/*',
];

async function post(options: Partial<GatewayOptions>, body: unknown, accept = '*/*') {
  const answer = await readAnswer(await world.start(options).post(JSON.stringify(body), { accept }));
  const { status, data, errors } = answer;
  return { status, data, said: errors.map(({ message, extensions }) => [message, extensions?.code]) };
}

const notSupported = [['PersistedQueryNotSupported', 'PERSISTED_QUERY_NOT_SUPPORTED']];
const notFound = [['PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND']];

describe('a request with the hash of a query and no query', () => {
  test.each(accepts)(
    'X19 is answered PERSISTED_QUERY_NOT_SUPPORTED with status 200 if it accepts %s',
    async (accept) => {
      for (const options of [{}, { requireSession: true }, { mode: 'development' } as const])
        for (const more of [{}, { query: '' }, { query: null, operationName: 'A', variables: {} }])
          expect(await post(options, byHash(sha256Hash, more), accept)).toEqual({
            status: 200,
            data: undefined,
            said: notSupported,
          });
    },
  );

  test.each(accepts)(
    'X19 is answered PERSISTED_QUERY_NOT_FOUND with status 200 if it accepts %s',
    async (accept) => {
      for (const hash of [sha256Hash, 'constructor', '', ' '])
        expect(await post({ persistedDocuments: manifest }, byHash(hash), accept)).toEqual({
          status: 200,
          data: undefined,
          said: notFound,
        });
    },
  );

  test('X19 is executed if the manifest has the hash, with or without the prefix of its ids', async () => {
    const persistedDocuments = { [`sha256:${sha256Hash}`]: query, plain: '{ session { id } }' };
    const answered = { status: 200, data: { __typename: 'Query' }, said: [] };
    expect(await post({ persistedDocuments }, byHash())).toEqual(answered);
    expect(await post({ persistedDocuments }, byHash(`sha256:${sha256Hash}`))).toEqual(answered);
    expect((await post({ persistedDocuments }, byHash('plain'))).data).toEqual({ session: null });
  });

  test.each([5, null, ['x'], {}, true])('X19 is a client error if the hash is %j', async (hash) => {
    for (const options of [{}, { persistedDocuments: manifest }]) {
      const { status, said } = await post(options, byHash(hash), 'application/graphql-response+json');
      expect([status, said[0]?.[1]]).toEqual([400, 'BAD_REQUEST']);
    }
  });

  test('X19 is executed with the query, as the second request of a client is', async () => {
    expect(await post({}, byHash(sha256Hash, { query }))).toEqual({
      status: 200,
      data: { __typename: 'Query' },
      said: [],
    });
  });
});
