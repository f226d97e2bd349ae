import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createGateway as createEdgeGateway, createLogger } from '../../src/edge.ts';
import { createGateway } from '../../src/index.ts';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { watchText } from '../leaks/watch.ts';
import { readAnswer, tokenQuery } from '../support/answer.ts';
import { gatewayOrigin, workingOptions } from '../support/gateway.ts';
import { mintEndpoint } from '../support/mint-endpoint.ts';
import { serveGateway } from '../support/serve-gateway.ts';
import { clerkCookies } from '../support/tokens.ts';

let clerk: LocalClerk;
const ended: (() => Promise<void>)[] = [];
const newKey = ['sk', 'test', 'new'.repeat(9)].join('_');

beforeAll(async () => {
  clerk = await startLocalClerk();
});
beforeEach(() => clerk.controls.reset());
afterEach(async () => {
  await Promise.all(ended.splice(0).map((end) => end()));
});
afterAll(() => clerk.close());

/** Sends a request to a gateway. */
type Send = (path: string, init?: RequestInit) => Promise<Response>;

interface LogLine {
  readonly level: number;
  readonly msg: string;
}

interface RotatingGateway {
  readonly send: Send;
  readonly mints: () => number;
  /** The lines about secret keys so far. */
  readonly lines: readonly LogLine[];
  /** Moves the clock of the gateway by 10 s: the time between two probes. */
  readonly nextProbe: () => void;
}

interface RotatingOptions {
  readonly list: readonly string[];
  /** Whether the gateway fetches the key set, instead of having `jwtKey`. @default false */
  readonly fetchesKeySet?: boolean;
}

function optionsOf({ list, fetchesKeySet = false }: RotatingOptions) {
  const lines: LogLine[] = [];
  const write = (line: string) => {
    watchText('log line', line);
    if (line.includes('CLERK_SECRET_KEY')) lines.push(JSON.parse(line));
  };
  let ahead = 0;
  const { jwtKey = '', ...base } = workingOptions(clerk);
  const options = {
    ...base,
    ...(fetchesKeySet ? {} : { jwtKey }),
    secretKey: list,
    userMintShare: 1,
    now: () => Date.now() + ahead,
    logger: createLogger({ level: 'info', destination: { write } }),
  };
  const nextProbe = () => {
    ahead += 10_000;
  };
  return { options, parts: { lines, nextProbe } };
}

async function startNode(how: RotatingOptions): Promise<RotatingGateway> {
  const { options, parts } = optionsOf(how);
  const gateway = createGateway(options);
  ended.push(gateway.dispose);
  const { url } = await serveGateway(gateway);
  return {
    ...parts,
    send: (path, init) => fetch(new URL(path, url), init),
    mints: () => gateway.stats().mints,
  };
}

async function startEdge(how: RotatingOptions): Promise<RotatingGateway> {
  const { options, parts } = optionsOf(how);
  const gateway = createEdgeGateway(options);
  ended.push(gateway.dispose);
  return {
    ...parts,
    send: async (path, init) => gateway.fetch(new Request(gatewayOrigin + path, init)),
    mints: () => gateway.stats().mints,
  };
}

/** Asks for a token of a template that lives for the whole test. @returns the codes of the errors */
async function ask({ send }: RotatingGateway, headers: Record<string, string>) {
  const response = await send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: tokenQuery, variables: { template: 'nhost' } }),
  });
  return (await readAnswer(response)).codes;
}

/** Clients that ask a gateway for tokens of new sessions, several times each, until they are stopped. */
function startLoad(gateway: RotatingGateway, clients: number) {
  const codes: (string | undefined)[] = [];
  const sessions = Array.from({ length: clients }, () => 0);
  let isRunning = true;

  async function run(client: number): Promise<void> {
    while (isRunning) {
      const session = clerk.controls.createSession({ userId: 'user_ada' });
      const token = await clerk.mintSessionToken(session, { azp: gatewayOrigin });
      // Cookies are verified by Clerk's SDK, which has the secret key, too.
      const headers: Record<string, string> =
        client % 4 === 0
          ? { cookie: clerkCookies(token), 'sec-fetch-site': 'same-origin' }
          : { authorization: `Bearer ${token}` };
      const both = await Promise.all([ask(gateway, headers), ask(gateway, headers)]);
      codes.push(...both.flat(), ...(await ask(gateway, headers)));
      sessions[client] = (sessions[client] ?? 0) + 1;
    }
  }
  const running = sessions.map((_, client) => run(client));
  return {
    /** Waits until every client has had tokens for some sessions that began after this moment. */
    async untilMore(): Promise<void> {
      const before = [...sessions];
      const least = () => Math.min(...sessions.map((count, client) => count - (before[client] ?? 0)));
      await expect.poll(least, { interval: 5 }).toBeGreaterThan(3);
    },
    /** Stops the clients. @returns the codes of all errors, and the number of sessions that have a token */
    async stop() {
      isRunning = false;
      await Promise.all(running);
      return { codes, sessions: sessions.reduce((sum, count) => sum + count) };
    },
  };
}

/** The calls for template tokens that Clerk has refused, when no call is open: all but one for each mint. */
const refusedCalls = ({ mints }: RotatingGateway) => clerk.controls.requests(mintEndpoint) - mints();
const clients = 8;

describe.each([
  ['of node:http', startNode],
  ['at the edge', startEdge],
] as const)('a rotation of the secret key under load, in a gateway %s', (_door, start) => {
  test('new key before old: no error, one mint for each session, and no refused call when the old key goes', async () => {
    const gateway = await start({ list: [newKey, clerk.secretKey], fetchesKeySet: true });
    const load = startLoad(gateway, clients);
    // Clerk does not have the new key yet.
    await load.untilMore();
    const refusal = { level: 50, msg: 'Clerk refuses entry 1 of CLERK_SECRET_KEY: entry 2 mints' };
    await expect.poll(() => gateway.lines).toMatchObject([refusal]);
    clerk.controls.addSecretKey(newKey);
    gateway.nextProbe();
    const acceptance = {
      level: 30,
      msg: 'Clerk accepts entry 1 of CLERK_SECRET_KEY: it mints from now on',
    };
    await expect.poll(() => gateway.lines).toMatchObject([refusal, acceptance]);
    // Calls with the old key that began before are answered.
    await load.untilMore();
    clerk.controls.removeSecretKey(clerk.secretKey);
    await load.untilMore();
    const { codes, sessions } = await load.stop();
    expect([codes, gateway.mints(), refusedCalls(gateway)]).toEqual([[], sessions, 0]);
    expect(gateway.lines).toHaveLength(2);
    expect((await gateway.send('/ready')).status).toBe(200);
  });

  test('the other order, the old key deleted first: no error, and no more refused calls than open ones', async () => {
    const gateway = await start({ list: [newKey, clerk.secretKey] });
    const load = startLoad(gateway, clients);
    await load.untilMore();
    clerk.controls.addSecretKey(newKey);
    clerk.controls.removeSecretKey(clerk.secretKey);
    await load.untilMore();
    const { codes, sessions } = await load.stop();
    expect([codes, gateway.mints()]).toEqual([[], sessions]);
    expect(refusedCalls(gateway)).toBeGreaterThan(0);
    expect(refusedCalls(gateway)).toBeLessThanOrEqual(clients);
  });

  test('a new key that is withdrawn: the old one mints again, without an error', async () => {
    clerk.controls.addSecretKey(newKey);
    const gateway = await start({ list: [newKey, clerk.secretKey] });
    const load = startLoad(gateway, clients);
    await load.untilMore();
    clerk.controls.removeSecretKey(newKey);
    await load.untilMore();
    const { codes, sessions } = await load.stop();
    expect([codes, gateway.mints()]).toEqual([[], sessions]);
    const ready = await gateway.send('/ready');
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', warnings: ['Clerk refuses entry 1 of CLERK_SECRET_KEY'] },
    ]);
  });
});

test('a gateway whose keys are all refused is not ready, names the entries, and recovers', async () => {
  const gateway = await startNode({ list: [newKey, `${newKey}2`], fetchesKeySet: true });
  const ready = async () => {
    const response = await gateway.send('/ready');
    return [response.status, await response.json()];
  };
  const refused = await ready();
  expect(refused).toEqual([
    503,
    {
      status: 'not ready',
      notReadyReasons: [
        'Clerk refuses the secret key: check CLERK_SECRET_KEY against Clerk Dashboard: Configure, API keys',
      ],
      warnings: [1, 2].map((entry) => `Clerk refuses entry ${entry} of CLERK_SECRET_KEY`),
    },
  ]);
  expect(JSON.stringify([refused, gateway.lines])).not.toContain(newKey);
  clerk.controls.addSecretKey(`${newKey}2`);
  gateway.nextProbe();
  expect((await ready())[0]).toBe(200);
});
