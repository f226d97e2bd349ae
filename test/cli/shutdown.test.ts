import { Agent, type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { SessionTokenDocument } from '../../src/client/generated/graphql.ts';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { startCommand } from '../support/command.ts';
import { readEvents } from '../support/event-stream.ts';
import { mintEndpoint } from '../support/mint-endpoint.ts';

let clerk: LocalClerk;
beforeAll(async () => {
  clerk = await startLocalClerk();
});
afterAll(() => clerk.close());

/** The gateway in a process of its own. */
async function serve() {
  const env = {
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_API_URL: clerk.url,
    CLERK_AUTHORIZED_PARTIES: 'any',
    MINTGATE_TEMPLATES: 'minimal',
    MINTGATE_MINT_BUDGET_SHARE: '1',
    // Longer than a busy machine takes for all that follows.
    MINTGATE_DEADLINE_MS: '9000',
  };
  const command = await startCommand(['serve', '--host', '127.0.0.1', '--port', '0'], { env });
  const [, url = ''] = await command.seen(/"url":"([^"]+)"/);
  return { ...command, url };
}

describe('on SIGTERM', () => {
  test('requests under way are answered on connections that then close, and nothing keeps the process', async () => {
    const { child, ended, seen, url } = await serve();
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const sessions = Array.from({ length: 20 }, () => clerk.controls.createSession({ userId: 'user_ada' }));
    const tokens = await Promise.all(sessions.map((session) => clerk.mintSessionToken(session)));
    const release = clerk.controls.hang(mintEndpoint);
    const answers = tokens.map((token) => post(url, token, agent));
    // A mint for each shows that all have arrived.
    await expect.poll(() => clerk.controls.requests(mintEndpoint), { timeout: 10_000 }).toBe(20);

    child.kill('SIGTERM');
    await seen(/waiting for 20 requests, 10 s at most/);
    // A new connection is refused from then on.
    await expect.poll(() => fetch(new URL('/health', url)).then(String, () => 'refused')).toBe('refused');
    release();
    const received = await Promise.all(answers);
    expect(received.map(({ statusCode, headers }) => [statusCode, headers.connection])).toEqual(
      Array.from({ length: 20 }, () => [200, 'close']),
    );
    // Idle kept-alive connections would hold it until its patience of 10 s is over: they were told to close.
    expect(await ended).toBe(0);
  });

  test('subscriptions end plainly, and their connections do not keep the process', async () => {
    const { child, ended, seen, url } = await serve();
    const session = clerk.controls.createSession({ userId: 'user_ada' });
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await clerk.mintSessionToken(session)}`,
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body: JSON.stringify({ query: 'subscription { sessionToken(template: "minimal") { jwt } }' }),
    });
    const reader = readEvents(response);
    const nextEvent = async () => {
      for (let event = await reader.next(); !event.done; event = await reader.next())
        if (event.value.event !== 'comment') return event.value.event;
      return 'closed';
    };
    expect(await nextEvent()).toBe('next');
    const began = performance.now();
    child.kill('SIGTERM');
    expect([await nextEvent(), await nextEvent()]).toEqual(['complete', 'closed']);
    expect(await ended).toBe(0);
    // Its patience of 10 s with requests under way was not needed.
    expect(performance.now() - began).toBeLessThan(9_000);
    await seen(/"outcome":"OK".*"msg":"subscription ended"/);
  });
});

function post(url: string, token: string, agent: Agent): Promise<IncomingMessage> {
  const body = JSON.stringify({ query: SessionTokenDocument.toString(), variables: { template: 'minimal' } });
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST', agent, headers }, (response) => resolve(response.resume()))
      .on('error', reject)
      .end(body);
  });
}
