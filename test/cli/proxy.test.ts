import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SessionTokenDocument } from '../../src/client/generated/graphql.ts';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { runCommand, startCommand, startDev } from '../support/command.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { postOperation } from '../support/post.ts';

let clerk: LocalClerk;
beforeAll(async () => {
  clerk = await startLocalClerk();
});
afterAll(() => clerk.close());

/** An address on loopback without a server. The proxy forwards it to the local Clerk. */
const behindProxy = 'http://127.0.0.2:65432';

const keys = (apiUrl: string) => ({
  CLERK_SECRET_KEY: clerk.secretKey,
  CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
  CLERK_API_URL: apiUrl,
  CLERK_AUTHORIZED_PARTIES: 'any',
  MINTGATE_TEMPLATES: 'hasura',
  HOST: '127.0.0.1',
  PORT: '0',
  MINTGATE_SHUTDOWN_DELAY_MS: '0',
});

/** Starts `serve`, and mints one token. */
async function mintOnce(env: Record<string, string>): Promise<(string | undefined)[]> {
  const { seen } = await startCommand(['serve'], { env });
  const [, url = ''] = await seen(/"url":"([^"]+)"/);
  return ask(url, await clerk.mintSessionToken('sess_ada'));
}

async function ask(url: string, token: string): Promise<(string | undefined)[]> {
  const { codes, data } = await postOperation(url, SessionTokenDocument, {
    variables: { template: 'hasura' },
    token,
  });
  return data.sessionToken ? ['a token'] : codes;
}

// Node.js before 22.21 does not support a proxy of the environment.
const hasEnvProxy = process.allowedNodeEnvironmentFlags.has('--use-env-proxy');
const withEnvProxy = hasEnvProxy ? '' : ' (skipped: this Node.js has no --use-env-proxy)';

describe.skipIf(!hasEnvProxy)(`behind a proxy that the environment names${withEnvProxy}`, () => {
  const switches: [string, Record<string, string>][] = [
    ['NODE_USE_ENV_PROXY=1', { NODE_USE_ENV_PROXY: '1' }],
    ['--use-env-proxy', { NODE_OPTIONS: '--use-env-proxy' }],
  ];

  test.each(switches)('with %s, serve and check use it for every call to Clerk', async (_name, variables) => {
    const proxy = await startConnectProxy(clerk.url);
    const env = { ...keys(behindProxy), ...variables, HTTP_PROXY: proxy.url };
    expect(await mintOnce(env)).toEqual(['a token']);
    expect([...new Set(proxy.asked)]).toEqual(['127.0.0.2:65432']);
    const { code, stdout } = await runCommand(['check'], { env });
    expect(stdout).toMatch(/^ok {3}Clerk: reached at http:\/\/127\.0\.0\.2:65432 in /m);
    expect(code).toBe(0);
  });

  test('serve and check do not use it for hosts in NO_PROXY', async () => {
    const proxy = await startConnectProxy(undefined);
    for (const NO_PROXY of ['example.com,127.0.0.1', '*']) {
      const env = { ...keys(clerk.url), NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy.url, NO_PROXY };
      expect(await mintOnce(env)).toEqual(['a token']);
      expect((await runCommand(['check'], { env })).code).toBe(0);
    }
    expect(proxy.asked).toEqual([]);
  });

  test('without NODE_USE_ENV_PROXY, serve and check do not use it', async () => {
    const proxy = await startConnectProxy(undefined);
    const env = { ...keys(clerk.url), HTTP_PROXY: proxy.url };
    expect(await mintOnce(env)).toEqual(['a token']);
    expect((await runCommand(['check'], { env })).code).toBe(0);
    expect(proxy.asked).toEqual([]);
  });

  test('dev does not use it for its local Clerk', async () => {
    const proxy = await startConnectProxy(undefined);
    const env = {
      NODE_USE_ENV_PROXY: '1',
      HTTP_PROXY: proxy.url,
      HTTPS_PROXY: proxy.url,
      NO_PROXY: 'example.com',
    };
    const { ready } = await startDev([], { env });
    expect(await ask(ready.url, ready.sessions[0]?.token ?? '')).toEqual(['a token']);
    expect(proxy.asked).toEqual([]);
  });
});
