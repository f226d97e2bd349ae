import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseOptions } from '../../src/hive-gateway/subgraph-token-options.ts';
import {
  guardHeaders,
  guardSubgraph,
  type PluginState,
  type SubgraphExecutor,
  type SubgraphRequest,
} from '../../src/hive-gateway/subgraph-token-plugin.ts';

const part = () => randomBytes(24).toString('base64url');
const sessionToken = () => `${part()}.${part()}.${part()}`;

/** The hooks of a router around a fake transport, which takes the headers out of a request as that of Hive does. */
function fakeRouter({ answer, ...more }: { answer?: () => object; [option: string]: unknown } = {}) {
  const jwt = sessionToken();
  let asked = 0;
  const gateway = {
    fetch: async () => {
      asked += 1;
      return Response.json(answer?.() ?? { data: { sessionToken: { jwt, expiresIn: 60 } } });
    },
  };
  const subgraphs = {
    inventory: { template: 'inventory' },
    reports: { template: 'reports', header: 'x-token' },
  };
  const state: PluginState = {
    options: parseOptions({ gateway, subgraphs, ...more }),
    operations: new WeakMap(),
    guards: new WeakMap(),
  };
  const sent: Record<string, string>[] = [];
  const redirects: unknown[] = [];
  let result: unknown = { data: {} };

  /** Sends a request as the hooks change it, with headers of the configuration. */
  const transport = (configured: Record<string, string>) => async (request: SubgraphRequest) => {
    const { headers, ...others } = request.extensions ?? {};
    request.extensions = others;
    let send = async (_url: string, options: { headers: Record<string, string>; redirect?: string }) => {
      sent.push(options.headers);
      redirects.push(options.redirect);
      return result;
    };
    let options = { headers: { ...configured, ...headers } };
    guardHeaders(state, {
      ...{ executionRequest: request.info?.executionRequest, options, fetchFn: send },
      setOptions: (next) => {
        options = next;
      },
      setFetchFn: (fetchFn) => {
        send = fetchFn as typeof send;
      },
    });
    return send('http://127.0.0.1:9/graphql', options);
  };
  const ask = async (
    subgraphName: string,
    request: SubgraphRequest,
    configured: Record<string, string> = {},
  ): Promise<unknown> => {
    let executor: SubgraphExecutor = transport(configured);
    guardSubgraph(state, {
      ...{ subgraphName, executor },
      setExecutor: (replaced) => {
        executor = replaced;
      },
    });
    return executor(request);
  };
  return {
    ...{ ask, jwt, sent, redirects, asked: () => asked },
    respond: (next: unknown) => {
      result = next;
    },
  };
}

const signedIn = () => {
  const authorization = `Bearer ${sessionToken()}`;
  return { authorization, context: { request: { headers: new Headers({ authorization }) } } };
};
const anonymous = () => ({ request: { headers: new Headers() } });

describe('a subgraph with a token', () => {
  test('H01 receives it in its header', async () => {
    const { ask, jwt, sent } = fakeRouter();
    const { context } = signedIn();
    await ask('inventory', { context });
    await ask('reports', { context });
    expect(sent).toEqual([{ authorization: `Bearer ${jwt}` }, { 'x-token': jwt }]);
  });

  test('H01 receives it in place of an authorization of the configuration', async () => {
    const { ask, jwt, sent } = fakeRouter();
    await ask('inventory', { context: signedIn().context }, { Authorization: 'Basic c2VydmljZQ==' });
    expect(sent).toEqual([{ authorization: `Bearer ${jwt}` }]);
  });

  test('H09 receives it in every attempt', async () => {
    const { ask, jwt, sent } = fakeRouter();
    const request = { context: signedIn().context };
    await ask('inventory', request);
    await ask('inventory', request);
    expect(sent).toEqual(Array(2).fill({ authorization: `Bearer ${jwt}` }));
  });

  test('H04 is asked without a token by an anonymous caller, which cannot send one itself', async () => {
    const { ask, sent, asked } = fakeRouter();
    await ask('reports', {
      context: anonymous(),
      extensions: { headers: { 'x-token': 'a', 'x-other': 'b' } },
    });
    await ask('reports', {}, { 'X-Token': 'by the configuration' });
    expect([sent, asked()]).toEqual([[{ 'x-other': 'b' }, {}], 0]);
  });

  test('H05 is not asked without a token, and each result has an error of its own', async () => {
    const answer = () => ({ errors: [{ extensions: { code: 'RATE_LIMITED', retryAfter: 7 } }] });
    const { ask, sent, asked } = fakeRouter({ answer });
    const { context } = signedIn();
    const results = (await Promise.all([ask('inventory', { context }), ask('inventory', { context })])) as {
      errors: unknown[];
    }[];
    for (const one of results)
      expect(one).toMatchObject({
        data: null,
        errors: [{ extensions: { code: 'RATE_LIMITED', retryAfter: 7 } }],
      });
    expect(results[0]?.errors[0]).not.toBe(results[1]?.errors[0]);
    expect([sent, asked()]).toEqual([[], 1]);
  });

  test("H05 is asked without a token with onFailure: 'anonymous'", async () => {
    const { ask, sent } = fakeRouter({
      answer: () => ({ errors: [{ extensions: { code: 'FORBIDDEN' } }] }),
      subgraphs: { inventory: { template: 'inventory', onFailure: 'anonymous' } },
    });
    const { context, authorization } = signedIn();
    const result = await ask('inventory', { context, extensions: { headers: { authorization, a: 'b' } } });
    expect([result, sent]).toEqual([{ data: {} }, [{ a: 'b' }]]);
  });

  test('H07 has its subscription ended with the token', async () => {
    const { ask, respond } = fakeRouter({
      answer: () => ({ data: { sessionToken: { jwt: sessionToken(), expiresIn: 0.01 } } }),
    });
    respond({ [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) });
    const stream = (await ask('inventory', { context: signedIn().context })) as AsyncIterable<unknown>;
    const events = [];
    for await (const event of stream) events.push(event);
    expect(events).toEqual([]);
  });
});

describe('the credentials of the caller', () => {
  const forwarded = (authorization: string) => ({
    extensions: { headers: { authorization, Cookie: 'a=b; __session=c', 'x-tenant': '7' } },
  });

  test('H03 do not reach a subgraph, mapped or not', async () => {
    const { ask, jwt, sent } = fakeRouter();
    const { context, authorization } = signedIn();
    await ask('inventory', { context, ...forwarded(authorization) });
    await ask('devices', { context, ...forwarded(authorization) });
    expect(sent).toEqual([
      { Cookie: 'a=b', 'x-tenant': '7', authorization: `Bearer ${jwt}` },
      { Cookie: 'a=b', 'x-tenant': '7' },
    ]);
  });

  test('H03 do not reach a subgraph by headers of the configuration', async () => {
    const { ask, sent } = fakeRouter();
    const { context, authorization } = signedIn();
    const configured = { authorization, 'x-caller': authorization, cookie: '__session=c', 'x-key': 'd' };
    await ask('devices', { context }, configured);
    expect(sent).toEqual([{ 'x-key': 'd' }]);
  });

  test("H03 reach Mintgate's subgraph, with whatever else is forwarded", async () => {
    const { ask, sent } = fakeRouter({ mintgateSubgraph: 'tokens' });
    const { context, authorization } = signedIn();
    await ask('tokens', { context });
    await ask('tokens', { context, extensions: { headers: { authorization, 'x-tenant': '7' } } });
    await ask('tokens', { context: anonymous() });
    expect(sent).toEqual([{ authorization }, { authorization, 'x-tenant': '7' }, {}]);
  });

  test("H03 reach Mintgate's subgraph also where it refuses them", async () => {
    const { ask, sent } = fakeRouter();
    const authorization = 'Basic YTpi';
    await ask('mintgate', { context: { request: { headers: new Headers({ authorization }) } } });
    expect(sent).toEqual([{ authorization }]);
  });

  test('H03 are left out of each request, also where two requests share the info of a field', async () => {
    const { ask, sent } = fakeRouter();
    const { context, authorization } = signedIn();
    const info = { fieldName: 'session' };
    const configured = { 'x-caller': authorization };
    await Promise.all([
      ask('mintgate', { context, info }, configured),
      ask('inventory', { context, info }, configured),
      ask('devices', { context, info }, configured),
    ]);
    expect(sent.filter((headers) => 'x-caller' in headers)).toEqual([
      { authorization, 'x-caller': authorization },
    ]);
    expect(info).toEqual({ fieldName: 'session' });
  });
});

describe('a redirect', () => {
  test("H08 is not followed with a token, or from Mintgate's subgraph", async () => {
    const { ask, redirects, respond } = fakeRouter();
    const { context } = signedIn();
    respond({ status: 307 });
    for (const name of ['inventory', 'mintgate'])
      await expect(ask(name, { context })).rejects.toMatchObject({
        message: expect.stringContaining('The server answered with a redirect.'),
        extensions: { code: 'SUBREQUEST_HTTP_ERROR' },
      });
    await expect(ask('mintgate', { context: anonymous() })).rejects.toThrow('redirect');
    expect(redirects).toEqual(['manual', 'manual', 'manual']);
  });

  test('is left to the router where a request has neither', async () => {
    const { ask, redirects, respond } = fakeRouter();
    respond({ status: 307 });
    const answers = [
      await ask('devices', { context: signedIn().context }),
      await ask('inventory', { context: anonymous() }),
    ];
    expect([answers, redirects]).toEqual([
      [{ status: 307 }, { status: 307 }],
      [undefined, undefined],
    ]);
  });
});

test('requests that are not for a subgraph are left alone', () => {
  const { options } = {
    options: parseOptions({ url: 'http://127.0.0.1:9', subgraphs: { a: { template: 'a' } } }),
  };
  const state: PluginState = { options, operations: new WeakMap(), guards: new WeakMap() };
  const unreachable = () => expect.unreachable();
  for (const executionRequest of [undefined, {}])
    guardHeaders(state, {
      ...{ executionRequest, options: {}, fetchFn: () => {} },
      ...{ setFetchFn: unreachable, setOptions: unreachable },
    });
});

test('H03 headers of every kind are guarded, also where a later plugin replaces fetch or adds some', () => {
  const { options } = {
    options: parseOptions({ url: 'http://127.0.0.1:9', subgraphs: { a: { template: 'a' } } }),
  };
  const state: PluginState = { options, operations: new WeakMap(), guards: new WeakMap() };
  const executionRequest = {};
  const secret = sessionToken();
  const secrets = { authorizations: [], tokens: [secret] };
  state.guards.set(executionRequest, { secrets, reserved: ['x-token', 'a.b.c'] });
  const plain = { a: 'b', 'x-user': secret };
  for (const headers of [new Headers(plain), Object.entries(plain), plain, undefined]) {
    const guarded: unknown[] = [];
    guardHeaders(state, {
      ...{ executionRequest, options: { method: 'POST', headers } },
      setOptions: (next) => guarded.push(next),
      fetchFn: (_url, next) => guarded.push(next),
      setFetchFn: (fetchFn) => void fetchFn('http://127.0.0.1:9', { method: 'POST', headers }),
    });
    const kept = { ...(headers && { a: 'b' }), 'x-token': 'a.b.c' };
    expect(guarded).toEqual(Array(2).fill({ method: 'POST', headers: kept, redirect: 'manual' }));
  }
});
