import { gql } from '@apollo/client';
import type { TokenSource } from 'mintgate/client';
import { describe, expect, test } from 'vitest';
import { apolloClient } from '../apollo.ts';
import { graphqlRequestClient } from '../graphql-request.ts';
import { queryHasura } from '../hasura.ts';
import { relayNetwork } from '../relay.ts';
import { supabaseClient } from '../supabase.ts';
import { urqlClient } from '../urql.ts';
import { failures, unauthorized, useWorld } from './world.ts';

const world = useWorld();
const query = '{ user }';
type User = { user: string };

/** Creates a client of a service. Returns a function that queries the user, and rejects after an error. */
type Connect = (url: string, source: TokenSource) => () => Promise<unknown>;

const clients: [string, Connect][] = [
  [
    'Apollo Client',
    (url, source) => {
      const client = apolloClient(url, source);
      world.atEnd(() => client.stop());
      return async () => {
        const { data } = await client.query<User>({ query: gql(query), fetchPolicy: 'network-only' });
        return data?.user;
      };
    },
  ],
  [
    'urql',
    (url, source) => {
      const client = urqlClient(url, source);
      return async () => {
        const { data, error } = await client.query<User>(query, {}, { requestPolicy: 'network-only' });
        if (error) throw error.networkError ?? error;
        return data?.user;
      };
    },
  ],
  [
    'graphql-request',
    (url, source) => {
      const client = graphqlRequestClient(url, source);
      return async () => (await client.request<User>(query)).user;
    },
  ],
  [
    'Relay',
    (url, source) => {
      const network = relayNetwork(url, source);
      const request = { text: query, id: null, name: 'User', operationKind: 'query', metadata: {} } as const;
      return async () => {
        const answer = await network.execute({ ...request, cacheID: query }, {}, {}).toPromise();
        return (answer as { data?: User }).data?.user;
      };
    },
  ],
  [
    'Supabase',
    (url, source) => {
      const client = supabaseClient(url, 'publishable', source);
      return async () => {
        const { data, error } = await client.from('notes').select();
        if (error) throw new Error(error.message);
        return data[0].user;
      };
    },
  ],
  [
    'Hasura',
    (url, source) => async () => {
      const { data } = await queryHasura(url, source, query);
      return (data as User | undefined)?.user;
    },
  ],
];

describe.each(clients)('%s', (_name, connect) => {
  test.each(failures)('works with the held token during %s', async (_what, begin) => {
    const started = await world.start();
    const { url } = await world.service(unauthorized);
    const ask = connect(url, started.source);
    expect(await ask()).toBe('user_ada');
    await begin(world, started);
    expect(await ask()).toBe('user_ada');
  });

  // The limit of forced tokens does not affect ordinary requests.
  test.each(failures.slice(1))(
    'without a held token fails during %s, and works after it',
    async (_what, begin) => {
      const started = await world.start();
      const { url, served } = await world.service(unauthorized);
      const end = await begin(world, started);
      const ask = connect(url, started.source);
      await expect(ask()).rejects.toThrow(/UPSTREAM_UNAVAILABLE|The gateway could not be reached/);
      expect(served).toEqual([]);
      await end();
      expect(await ask()).toBe('user_ada');
    },
  );
});

describe('a token that the service refuses', () => {
  /** Creates a client whose held token the service refuses while no new one is available. */
  async function refused(begin: (typeof failures)[number][1], refusal: typeof unauthorized) {
    const started = await world.start();
    const service = await world.service(refusal);
    const token = await started.source.getToken();
    service.refuse(token);
    await begin(world, started);
    return { ...started, ...service, token };
  }

  test.each(failures)('is sent again by urql during %s, and the service answers', async (_what, begin) => {
    const { source, url, token, accept } = await refused(begin, unauthorized);
    const client = urqlClient(url, source);
    const ask = () => client.query<User>(query, {}, { requestPolicy: 'network-only' });
    expect((await ask()).error?.response.status).toBe(401);
    expect((await ask()).error?.response.status).toBe(401);
    accept(token);
    expect((await ask()).data).toEqual({ user: 'user_ada' });
  });

  test.each(failures)("leaves queryHasura with Hasura's answer during %s", async (_what, begin) => {
    const errors = [{ message: 'Could not verify JWT', extensions: { code: 'invalid-jwt' } }];
    const { source, url, served } = await refused(begin, { status: 200, body: { errors } });
    expect(await queryHasura(url, source, query)).toEqual({ errors });
    expect(served).toHaveLength(1);
  });
});
