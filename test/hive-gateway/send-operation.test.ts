import { describe, expect, test } from 'vitest';
import { sendInProcess, sendOverHttp } from '../../src/hive-gateway/send-operation.ts';

const operation = {
  headers: { 'content-type': 'application/json', origin: 'https://a.example' },
  body: '{}',
};

describe('sendInProcess', () => {
  test('calls the gateway with a POST to its endpoint', async () => {
    let received: Request | undefined;
    const gateway = {
      fetch(request: Request) {
        received = request;
        return new Response('done');
      },
    };
    const response = await sendInProcess(gateway, '/api/tokens')(operation);
    expect(await response.text()).toBe('done');
    expect([received?.method, new URL(received?.url ?? '').pathname]).toEqual(['POST', '/api/tokens']);
    expect(Object.fromEntries(received?.headers ?? [])).toEqual(operation.headers);
    expect(await received?.text()).toBe('{}');
  });

  test('passes on the host of the router', async () => {
    const hosts: unknown[] = [];
    const gateway = {
      fetch(_request: Request, hostContext?: object) {
        hosts.push(hostContext);
        return new Response();
      },
    };
    const host = { waitUntil: () => {} };
    await sendInProcess(gateway, '/graphql')(operation, host);
    await sendInProcess(gateway, '/graphql')(operation);
    expect(hosts).toEqual([host, undefined]);
  });
});

describe('sendOverHttp', () => {
  const send = (fetchFn: typeof fetch, timeout = 1_000) =>
    sendOverHttp('http://127.0.0.1:9/graphql', timeout, fetchFn)(operation);

  test('posts the operation, and follows no redirect with the credentials in it', async () => {
    const calls: [unknown, RequestInit | undefined][] = [];
    await send(async (url, init) => {
      calls.push([url, init]);
      return new Response();
    });
    expect(calls).toMatchObject([
      ['http://127.0.0.1:9/graphql', { method: 'POST', redirect: 'manual', ...operation }],
    ]);
  });

  test('H08 refuses a redirect', async () => {
    const redirecting: typeof fetch = async () => Response.redirect('http://127.0.0.1:9/elsewhere');
    await expect(send(redirecting)).rejects.toThrow('The server answered with a redirect.');
  });

  test('H08 ends after the timeout', async () => {
    const hanging: typeof fetch = (_url, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      });
    await expect(send(hanging, 1)).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('uses the global fetch by default, as it is at the time of the request', async () => {
    await expect(sendOverHttp('http://127.0.0.1:9/graphql', 1_000, undefined)(operation)).rejects.toThrow(
      'fetch failed',
    );
  });
});
