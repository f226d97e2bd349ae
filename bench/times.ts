// Measures the time of a cache hit, of a mint, and of a revocation: from the webhook at one instance until another instance refuses the
// session (needs redis-server). It asserts nothing.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Webhook } from 'svix';
import { createGateway, createLogger, type Gateway, type GatewayOptions } from '../src/index.ts';
import { startLocalClerk } from '../src/local-clerk/index.ts';

const hits = 5_000;
const mints = 500;
const revocations = 200;

const clerk = await startLocalClerk();
const { secretKey, publishableKey, jwtKey, url: apiUrl } = clerk;
const webhookSigningSecret = `whsec_${randomBytes(24).toString('base64')}`;
const options: GatewayOptions = {
  ...{ secretKey, publishableKey, jwtKey, apiUrl, webhookSigningSecret },
  authorizedParties: 'any',
  templates: { minimal: {}, short: { cache: false } },
  ...{ mintBudget: 1_000_000, mintBudgetShare: 1, sessionMintLimit: 1_000_000 },
  logger: createLogger({ level: 'silent' }),
};

async function requestToken(gateway: Gateway, template: string, token: string): Promise<string> {
  const response = await gateway.fetch(
    new Request('http://127.0.0.1/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: `{ sessionToken(template: "${template}") { jwt } }` }),
    }),
  );
  return response.text();
}

/** Times in milliseconds. */
async function timesOf(count: number, act: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let done = 0; done < count; done += 1) {
    const began = performance.now();
    await act();
    times.push(performance.now() - began);
  }
  return times;
}

function row(what: string, times: number[]): string {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return `| ${what} | ${[at(0.5), at(0.99), at(1)].map((ms) => ms.toFixed(2)).join(' | ')} |`;
}

async function withRedis<T>(run: (url: string) => Promise<T>): Promise<T | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'mintgate-bench-'));
  const socket = 20_000 + Math.floor(Math.random() * 20_000);
  const args = ['--port', String(socket), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  const server = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const failed = once(server, 'error').then(() => false);
    const ready = new Promise<boolean>((resolve) => {
      server.stdout.on('data', (chunk) => String(chunk).includes('Ready to accept') && resolve(true));
      server.once('exit', () => resolve(false));
    });
    return (await Promise.race([failed, ready])) ? await run(`redis://127.0.0.1:${socket}`) : undefined;
  } finally {
    server.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

async function revocationTimes(redisUrl: string): Promise<number[]> {
  const [one, other] = [createGateway({ ...options, redisUrl }), createGateway({ ...options, redisUrl })];
  // Waits for the connection to Redis.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const sessions = Array.from({ length: revocations }, () =>
    clerk.controls.createSession({ userId: 'user_ada' }),
  );
  const times = [];
  for (const id of sessions) {
    const token = await clerk.mintSessionToken(id);
    await Promise.all([requestToken(one, 'minimal', token), requestToken(other, 'minimal', token)]);
    const body = JSON.stringify({ type: 'session.revoked', data: { id }, timestamp: Date.now() });
    const now = new Date();
    const headers = {
      'svix-id': `msg_${id}`,
      'svix-timestamp': String(Math.floor(now.getTime() / 1000)),
      'svix-signature': new Webhook(webhookSigningSecret).sign(`msg_${id}`, now, body),
    };
    const began = performance.now();
    const webhook = new Request('http://127.0.0.1/webhooks/clerk', { method: 'POST', headers, body });
    const { status } = await one.fetch(webhook);
    if (status !== 200) throw new Error(`the webhook was answered ${status}`);
    while (!(await requestToken(other, 'minimal', token)).includes('UNAUTHENTICATED')) {
      if (performance.now() - began > 10_000) throw new Error('never refused');
      // Cache hits do not yield to the event loop. Without this, messages would not arrive.
      await setImmediate();
    }
    times.push(performance.now() - began);
  }
  await Promise.all([one.dispose(), other.dispose()]);
  return times;
}

const gateway = createGateway(options);
const token = await clerk.mintSessionToken('sess_ada');
await timesOf(1_000, () => requestToken(gateway, 'minimal', token));
await timesOf(100, () => requestToken(gateway, 'short', token));
console.log('\n| milliseconds, in one process | median | 99 % | longest |\n|---|---|---|---|');
console.log(
  row(
    'a cache hit, through `gateway.fetch`',
    await timesOf(hits, () => requestToken(gateway, 'minimal', token)),
  ),
);
console.log(
  row(
    'a mint, on a local Clerk that answers at once',
    await timesOf(mints, () => requestToken(gateway, 'short', token)),
  ),
);
await gateway.dispose();
const across = await withRedis(revocationTimes);
console.log(
  across
    ? row('a revocation: from the webhook at one instance to the refusal by another', across)
    : '\nNo redis-server on this machine: a revocation across two instances was not measured.',
);
await clerk.close();
