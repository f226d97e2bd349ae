import { spawn } from 'node:child_process';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { SessionTokenDocument } from '../../src/client/generated/graphql.ts';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { quickStart, startCommand } from '../support/command.ts';
import { events, readEvents } from '../support/event-stream.ts';
import { mintEndpoint } from '../support/mint-endpoint.ts';

let clerk: LocalClerk;
beforeAll(async () => {
  clerk = await startLocalClerk();
});
afterAll(() => clerk.close());

// Preloaded into a command, this shows that no open handle keeps the process alive.
const endByItself = new URL('end-by-itself.ts', import.meta.url).href;

/**
 * Starts `mintgate serve`.
 *
 * @param deadlineMs - how long requests may take
 * @param nodeOptions - the options of Node.js for the process
 * @param delayMs - how long it accepts requests after SIGTERM
 */
async function serve(deadlineMs: number, nodeOptions = '', delayMs = 0) {
  const env = {
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_API_URL: clerk.url,
    CLERK_AUTHORIZED_PARTIES: 'any',
    MINTGATE_TEMPLATES: 'minimal',
    MINTGATE_MINT_BUDGET_SHARE: '1',
    MINTGATE_DEADLINE_MS: String(deadlineMs),
    MINTGATE_SHUTDOWN_DELAY_MS: String(delayMs),
    NODE_OPTIONS: nodeOptions,
  };
  const command = await startCommand(['serve', '--host', '127.0.0.1', '--port', '0'], { env });
  const [, url = ''] = await command.seen(/"url":"([^"]+)"/);
  return { ...command, url };
}

/** Starts `mintgate serve`, and sends fifty requests that wait for Clerk. */
async function withFiftyWaiting(deadlineMs: number, nodeOptions = '') {
  const command = await serve(deadlineMs, nodeOptions);
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  // Several users, because one user may not spend so much of the budget.
  const users = ['user_ada', 'user_grace', 'user_support'];
  const sessions = Array.from({ length: 50 }, (_, at) =>
    clerk.controls.createSession({ userId: users[at % users.length] ?? '' }),
  );
  const tokens = await Promise.all(sessions.map((session) => clerk.mintSessionToken(session)));
  clerk.controls.resetRequests();
  const release = clerk.controls.hang(mintEndpoint);
  onTestFinished(release);
  const answers = tokens.map((token) => post(command.url, token, agent));
  // Each request has arrived when there is a mint for it.
  await expect.poll(() => clerk.controls.requests(mintEndpoint)).toBe(50);
  return { ...command, answers: Promise.all(answers), release };
}

describe('X11 on SIGTERM', () => {
  test('X11 fifty requests in progress are answered, their connections close, and the process ends without an open handle', async () => {
    // A deadline that is longer than the rest of this test on a busy machine.
    const { child, ended, seen, url, output, answers, release } = await withFiftyWaiting(
      9_000,
      `--import ${endByItself}`,
    );
    child.kill('SIGTERM');
    await seen(/waiting up to 10 s for 50 requests/);
    // From then on, new connections are refused.
    await expect.poll(() => fetch(new URL('/health', url)).then(String, () => 'refused')).toBe('refused');
    release();
    const received = await answers;
    expect(received.map(({ statusCode, connection }) => [statusCode, connection])).toEqual(
      Array.from({ length: 50 }, () => [200, 'close']),
    );
    for (const { body } of received)
      expect(JSON.parse(body).data.sessionToken.jwt).toEqual(expect.any(String));
    // Idle keep-alive connections would delay the end for 10 s: their answers had `connection: close`.
    expect([await ended, output.stderr]).toEqual([0, '']);
  });

  test('X11 fifty requests that Clerk never answers are refused at their deadline, and the hanging calls do not keep the process alive', async () => {
    const { child, ended, seen, answers } = await withFiftyWaiting(4_000);
    child.kill('SIGTERM');
    await seen(/waiting up to 10 s for 50 requests/);
    const received = await answers;
    expect(received.map(({ statusCode, connection }) => [statusCode, connection])).toEqual(
      Array.from({ length: 50 }, () => [200, 'close']),
    );
    for (const { body } of received) {
      expect(JSON.parse(body).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    }
    expect(await ended).toBe(0);
  });

  test('X11 subscriptions complete, and the process ends without an open handle', async () => {
    const { child, ended, seen, url, output } = await serve(9_000, `--import ${endByItself}`);
    const session = clerk.controls.createSession({ userId: 'user_ada' });
    const response = await subscribe(url, await clerk.mintSessionToken(session));
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
    expect([await ended, output.stderr]).toEqual([0, '']);
    // The process did not wait 10 s for requests in progress.
    expect(performance.now() - began).toBeLessThan(9_000);
    await seen(/"outcome":"OK".*"msg":"subscription ended"/);
  });

  test('X11 under load, no request is lost behind a balancer that follows readiness, on keep-alive connections, or in a subscription', async () => {
    const { child, ended, seen, url, output } = await serve(9_000, `--import ${endByItself}`, 3_000);
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    onTestFinished(() => agent.destroy());
    const session = clerk.controls.createSession({ userId: 'user_ada' });
    const token = await clerk.mintSessionToken(session);
    const streams = await Promise.all(Array.from({ length: 8 }, () => subscribe(url, token)));

    // A balancer polls /ready, and sends requests while the gateway is ready.
    let ready = true;
    const balancer = (async () => {
      while (ready) {
        const { status } = await fetch(new URL('/ready', url), { headers: { connection: 'close' } });
        ready = status === 200;
        await sleep(20);
      }
    })();
    const answers: Promise<Received>[] = [];
    const caller = async () => {
      while (ready) {
        const answer = post(url, token, agent);
        answers.push(answer);
        await answer.catch(() => {});
        // Leaves some connections idle in between.
        await sleep(Math.random() * 20);
      }
    };
    const callers = Array.from({ length: 32 }, caller);
    await expect.poll(() => answers.length, { timeout: 20_000 }).toBeGreaterThan(200);
    const before = answers.length;
    child.kill('SIGTERM');
    await seen(/accepting requests for another 3 s/);
    await Promise.all([balancer, ...callers]);

    const outcomes = await Promise.allSettled(answers);
    const failures = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [String(outcome.reason)] : [],
    );
    expect(failures).toEqual([]);
    const received = await Promise.all(answers);
    expect(received.filter(({ statusCode }) => statusCode !== 200)).toEqual([]);
    expect(received.filter(({ body }) => !JSON.parse(body).data.sessionToken)).toEqual([]);
    // Some requests were sent after the signal, and their answers closed the connection.
    expect(received.length).toBeGreaterThan(before);
    expect(received.at(-1)?.connection).toBe('close');
    for (const stream of streams) expect(await endOf(stream)).toEqual(['next', 'complete']);
    expect([await ended, output.stderr]).toEqual([0, '']);
  });

  test('X11 X12 clients that never complete their request do not delay the end beyond the maximum wait', async () => {
    const { secretKey, publishableKey, jwtKey, url: apiUrl } = clerk;
    const options = {
      secretKey,
      publishableKey,
      jwtKey,
      apiUrl,
      authorizedParties: 'any',
      templates: ['minimal'],
    };
    const file = fileURLToPath(new URL('brief-server.ts', import.meta.url));
    const env = { PATH: process.env.PATH ?? '', ...quickStart.env, GATEWAY: JSON.stringify(options) };
    const child = spawn(process.execPath, [...quickStart.args, '--import', endByItself, file], { env });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    await expect.poll(() => /^http\S+$/m.test(stdout), { timeout: 20_000 }).toBe(true);
    const port = Number(new URL(/^http\S+$/m.exec(stdout)?.[0] ?? '').port);

    const head =
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n';
    const beginnings = [head, `${head}{"query":`, head.slice(0, 30), ''];
    const closed = Array.from({ length: 52 }, (_, at) => {
      const socket = connect(port, '127.0.0.1');
      onTestFinished(() => void socket.destroy());
      socket.on('error', () => {}).resume();
      socket.write(beginnings[at % beginnings.length] ?? '');
      return new Promise((resolve) => socket.on('close', resolve));
    });
    // Half of them have sent complete headers, which makes them requests under way.
    const answer = await fetch(`http://127.0.0.1:${port}/health`, { headers: { connection: 'close' } });
    expect(answer.status).toBe(200);
    child.kill('SIGTERM');
    await Promise.all(closed);
    expect([await ended, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/waiting up to [\d.]+ s for 26 requests/);
  });
});

interface Received {
  statusCode: number | undefined;
  connection: string | undefined;
  body: string;
}

function subscribe(url: string, token: string): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'text/event-stream',
    },
    body: JSON.stringify({ query: 'subscription { sessionToken(template: "minimal") { jwt } }' }),
  });
}

/** Reads a subscription to its end. Returns the names of its events. */
const endOf = async (response: Response) => (await events(response)).map(({ event }) => event);

function post(url: string, token: string, agent: Agent): Promise<Received> {
  const body = JSON.stringify({ query: SessionTokenDocument.toString(), variables: { template: 'minimal' } });
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const read = async (response: IncomingMessage) => {
      const { statusCode, headers } = response;
      const text = Buffer.concat(await response.toArray()).toString();
      resolve({ statusCode, connection: headers.connection, body: text });
    };
    request(url, { method: 'POST', agent, headers }, (response) => void read(response).catch(reject))
      .on('error', reject)
      .end(body);
  });
}
