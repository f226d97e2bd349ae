import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createBuildService } from '../subgraph-token-data-source.ts';

test.each(['constructor', 'toString', '__proto__', 'devices'])(
  'a subgraph without a template gets no token, whatever its name: %s',
  async (name) => {
    // Nothing listens there: a request for a token would fail.
    const build = createBuildService('http://127.0.0.1:9/graphql', { inventory: 'inventory' });
    const headers = new Headers();
    const context = { headers: { authorization: `Bearer ${randomBytes(60).toString('base64url')}` } };
    const source = build({ name, url: 'http://127.0.0.1:9/graphql' });
    await source.willSendRequest?.({ request: { http: { headers } }, context } as never);
    expect([...headers]).toEqual([]);
  },
);
