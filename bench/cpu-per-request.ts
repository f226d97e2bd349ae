// What one request costs the gateway, with a held token and with a mint each: CPU time and requests per second of its process,
// beside a bare node:http server that answers the same bytes, and a route of a few lines that does the same with Clerk's SDK
// alone. Every request carries a valid session token; the local Clerk has a process of its own. Nothing is asserted.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus } from 'node:os';
import { createClerkClient } from '@clerk/backend';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { createGateway, createLogger } from '../src/index.ts';
import { startLocalClerk } from '../src/local-clerk/index.ts';

const connections = 16;
const warmUpRequests = 2_000;
const countedRequests = 3_000;
const rounds = 5;
const body = JSON.stringify({ query: '{ sessionToken(template: "minimal") { jwt expiresAt } }' });

/** What a server process says when it listens. */
interface Ready {
  url: string;
  /** A session token to send, where the server wants one. */
  token?: string;
}

const roles = {
  async clerk() {
    const clerk = await startLocalClerk();
    const { secretKey, publishableKey, jwtKey, url: apiUrl } = clerk;
    // Longer than the minute of a session token, for a run takes more.
    const minted = await clerk.mintSessionToken('sess_ada');
    const { iat = 0, ...claims } = decodeJwt(minted);
    const { cat } = decodeProtectedHeader(minted);
    const token = await clerk.sign({ ...claims, iat, exp: iat + 600 }, { header: { cat } });
    return { options: { secretKey, publishableKey, jwtKey, apiUrl }, token };
  },
  async gateway(settings: string) {
    const { options, token, cache = true } = JSON.parse(settings);
    const gateway = createGateway({
      ...options,
      authorizedParties: 'any',
      templates: { minimal: { cache } },
      // Far beyond what Clerk admits: it is not the limits that are measured.
      ...{ mintBudget: 1_000_000, mintBudgetShare: 1, sessionMintLimit: 1_000_000 },
      logger: createLogger({ level: 'silent' }),
    });
    return { url: `${await listening(createServer(gateway))}/graphql`, token };
  },
  async route(settings: string) {
    const { options, token } = JSON.parse(settings);
    const clerk = createClerkClient({ ...options, telemetry: { disabled: true } });
    const server = createServer(async (incoming, response) => {
      incoming.resume();
      const headers = { authorization: incoming.headers.authorization ?? '' };
      const state = await clerk.authenticateRequest(new Request('http://127.0.0.1/', { headers }));
      const { jwt } = await clerk.sessions.getToken(state.toAuth()?.sessionId ?? '', 'minimal');
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ jwt }));
    });
    return { url: await listening(server), token };
  },
  async bare(answer: string) {
    const server = createServer((incoming, response) => {
      incoming.resume().on('end', () => response.setHeader('content-type', 'application/json').end(answer));
    });
    return { url: await listening(server) };
  },
};

async function listening(server: ReturnType<typeof createServer>): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const [, , role, argument = ''] = process.argv;
if (role !== undefined) {
  process.send?.(await roles[role as keyof typeof roles](argument));
  process.on('message', () => process.send?.(process.cpuUsage()));
} else {
  await compare();
}

async function compare() {
  const started: ChildProcess[] = [];
  const start = async (name: keyof typeof roles, settings = '') => {
    const child = fork(import.meta.filename, [name, settings]);
    started.push(child);
    const [ready] = await once(child, 'message');
    return { child, ready };
  };
  try {
    const clerk = await start('clerk');
    const gateway = await start('gateway', JSON.stringify(clerk.ready));
    const uncached = await start('gateway', JSON.stringify({ ...clerk.ready, cache: false }));
    const sample = await post(gateway.ready, new Agent());
    if (!sample.includes('"jwt"')) throw new Error('the gateway does not mint');
    const bare = await start('bare', sample);

    const route = await start('route', JSON.stringify(clerk.ready));
    const servers = {
      'bare node:http, the same bytes': bare,
      "a route with Clerk's SDK alone, a mint each": route,
      'Mintgate, a mint each (`cache: false`)': uncached,
      'Mintgate, a held token': gateway,
    };
    const figures = Object.keys(servers).map((name) => ({
      name,
      rates: [] as number[],
      costs: [] as number[],
    }));
    for (const server of Object.values(servers)) await load(server.ready, warmUpRequests);
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, server] of Object.values(servers).entries()) {
        const before = await cpuTime(server.child);
        const began = performance.now();
        await load(server.ready, countedRequests);
        figures[index]?.rates.push(countedRequests / ((performance.now() - began) / 1000));
        figures[index]?.costs.push(((await cpuTime(server.child)) - before) / countedRequests);
      }
    }
    print(figures);
  } finally {
    for (const child of started) child.kill();
  }
}

/** CPU time of a process so far, user and system, in microseconds. */
async function cpuTime(child: ChildProcess): Promise<number> {
  child.send('cpu');
  const [usage] = (await once(child, 'message')) as [NodeJS.CpuUsage];
  return usage.user + usage.system;
}

async function load(server: Ready, count: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let left = count;
  const client = async () => {
    while (left > 0) {
      left -= 1;
      await post(server, agent);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  agent.destroy();
}

function post({ url, token }: Ready, agent: Agent): Promise<string> {
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(text))));
    });
    outgoing.on('error', reject).end(body);
  });
}

function print(figures: { name: string; rates: number[]; costs: number[] }[]) {
  const median = (values: number[]) =>
    values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
  const [base] = figures.map(({ costs }) => median(costs));
  console.log(
    `${cpus().length} cores, ${cpus()[0]?.model}, Node ${process.version}, medians of ${rounds} rounds\n`,
  );
  console.log('| server | requests/s | CPU us per request | ratio |\n|---|---|---|---|');
  for (const { name, rates, costs } of figures) {
    const ratio = (median(costs) / (base || 1)).toFixed(1);
    console.log(`| ${name} | ${Math.round(median(rates))} | ${Math.round(median(costs))} | ${ratio} |`);
  }
}
