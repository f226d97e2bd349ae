import { expect, test } from 'vitest';
import { useSubgraphTokens } from '../src/hive-gateway.ts';
import { useGateways } from './support/gateway.ts';

const gateways = useGateways();

test('the plugin gets the token of a caller from a gateway in the same process, by its fast path', async () => {
  const gateway = gateways.start();
  const plugin = useSubgraphTokens({ gateway, subgraphs: { inventory: { template: 'minimal' } } });
  const sent: unknown[] = [];
  const ask = async () => {
    const authorization = `Bearer ${await gateways.clerk.mintSessionToken('sess_ada')}`;
    const context = { request: { headers: new Headers({ authorization }) } };
    let executor = async (request: { extensions?: { headers?: object } }): Promise<unknown> =>
      sent.push(request.extensions?.headers);
    plugin.onSubgraphExecute({
      ...{ subgraphName: 'inventory', executor },
      setExecutor: (replaced) => {
        executor = replaced;
      },
    });
    await executor({ context } as object);
  };
  for (let at = 0; at < 4; at += 1) await ask();
  expect(sent[0]).toEqual({ authorization: expect.stringMatching(/^Bearer eyJ/) });
  expect(new Set(sent.map((headers) => JSON.stringify(headers))).size).toBe(1);
  expect([gateways.mints(), gateway.stats().requests.fastPath > 0]).toEqual([1, true]);
});

test('the plugin has the hooks of Hive Gateway, and nothing else', () => {
  const plugin = useSubgraphTokens({
    url: 'http://127.0.0.1:9/graphql',
    subgraphs: { a: { template: 'a' } },
  });
  expect(Object.keys(plugin)).toEqual(['onSubgraphExecute', 'onFetch']);
});
