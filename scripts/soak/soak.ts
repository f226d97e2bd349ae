// Two gateways that stay and one that is replaced again and again, in one process, for a minute under requests and faults at
// random: issue 3, section 5. This process asks and judges; the gateways, the local Clerk and Redis have processes of their own.
// Ends with a report, and with 1 when anything was not as it must be.
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { hasRedis, type RedisServer, startRedis } from '../../test/support/redis-server.ts';
import { type CallableProcess, startProcess } from '../../test/support/remote.ts';
import { createAsks, kinds } from './asks.ts';
import { answerChecks } from './check-answer.ts';
import { revocationChecks } from './check-revocations.ts';
import type { ClerkProcess } from './clerk-process.ts';
import { createClient } from './client.ts';
import { openDoors } from './doors.ts';
import type { GatewayNews, GatewayProcess } from './gateway-process.ts';
import { load } from './load.ts';
import { growthOf, type MemorySample } from './memory.ts';
import { seededRandom } from './random.ts';
import { recover } from './recovery.ts';
import { report } from './report.ts';
import { fileOf } from './setting.ts';
import { createSubscriptions, subscriptionsLeft } from './subscriptions.ts';
import { createTally } from './tally.ts';
import { createTimeline } from './timeline.ts';
import { rested, troubleClerk, troubleRedis } from './trouble.ts';
import { createViolations } from './violations.ts';
import { createWebhooks } from './webhooks.ts';
import { createWorld } from './world.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000_000)) },
    rate: { type: 'string', default: '200' },
  },
});
const [seconds, seed, rate] = [values.seconds, values.seed, values.rate].map(wholeNumber) as [
  number,
  number,
  number,
];
/** How many sessions there are at any time. */
const sessionCount = 300;
/** Runs shorter than this need not have met everything. */
const fullRun = 60;

console.log(`soak: ${seconds} s, ${rate} requests per second, seed ${seed}`);
const stopping = new AbortController();
const timeline = createTimeline();
const violations = createViolations(timeline);
const tally = createTally();
const children: CallableProcess<never>['child'][] = [];
let redis: RedisServer | undefined;

process.once('SIGINT', () => void cleanUp().then(() => process.exit(130)));
try {
  redis = hasRedis ? await startRedis() : undefined;
  await soak();
} finally {
  await cleanUp();
}
if (violations.count > 0) process.exitCode = 1;

async function soak(): Promise<void> {
  const { ask: clerk, child: clerkChild } = await startProcess<ClerkProcess>(fileOf('clerk-process.ts'));
  children.push(clerkChild);
  const { ask: gateways, child } = await startProcess<GatewayProcess>(fileOf('gateway-process.ts'), {
    onMessage: (news) => receive(news as GatewayNews),
  });
  children.push(child);
  child.once('exit', () => stopping.abort());
  const exited = once(child, 'exit');

  // A stream of chance for each part, so that they do not disturb one another.
  const chance = (part: number) => seededRandom(seed + part * 7_919);
  const world = createWorld(clerk, chance(1));
  for (let made = 0; made < sessionCount; made += 1) await world.add();
  const asks = createAsks(world, chance(2));
  asks.expired.splice(0, 1, ...(await expiredTokens()));
  const connection = { ...(await clerk.connection()), ...(redis ? { redisUrl: redis.url } : {}) };
  const doors = await openDoors(gateways, connection, timeline, chance(3));
  const client = createClient(violations, chance(4));
  const revocations = revocationChecks({
    ...{ world, timeline, violations, openedAt: doors.openedAt },
    shared: redis !== undefined,
  });
  const check = answerChecks({
    ...{ timeline, violations },
    onToken(answered, jwt) {
      asks.noteMinted(jwt);
      revocations.onToken(answered, jwt);
    },
    onSession: revocations.onSession,
  });
  const webhooks = createWebhooks({
    ...{ clerk, client, doors, world, timeline, violations, random: chance(5), count: tally.count },
  });
  const subscriptions = createSubscriptions({
    ...{ asks, check, doors, world, timeline, violations, random: chance(9), count: tally.count },
    shared: redis !== undefined,
  });
  const onFault = (error: unknown) =>
    violations.add('the soak itself failed', error instanceof Error ? (error.stack ?? error.message) : '?');

  const samples: MemorySample[] = [];
  let earlyTokens = 0;
  const weigh = async () => {
    while (await rested((seconds * 1_000) / 42, stopping.signal)) {
      samples.push(await gateways.weigh());
      if (samples.length === 14) earlyTokens = world.tokens();
    }
  };
  const { signal } = stopping;
  const timer = setTimeout(() => stopping.abort(), seconds * 1_000);
  await Promise.all([
    load(
      {
        ...{ rate, asks, check, client, doors, subscriptions, webhooks, world, tally, onFault },
        random: chance(6),
      },
      signal,
    ),
    troubleClerk(clerk, timeline, chance(7), signal),
    redis && troubleRedis(redis, timeline, chance(8), signal),
    doors.replace(signal),
    weigh(),
  ]);
  clearTimeout(timer);
  const requests = tally.total();
  const lateTokens = world.tokens() - earlyTokens;

  const recovery = await recover({ asks, check, client, doors, violations, world });
  const open = await subscriptionsLeft(gateways);
  if (open > 0) violations.add('something is left behind', `subscriptions: ${open}`);
  const [stats, mintRequests] = [await gateways.stats(), await clerk.mintRequests()];
  await client.close();
  const leftovers = await gateways.finish();
  const left = [...leftovers, ...(await connectionsToRedis())];
  for (const what of left) violations.add('something is left behind', what);
  const [code] = await Promise.race([
    exited,
    rested(5_000, new AbortController().signal).then(() => ['never']),
  ]);
  if (code !== 0) violations.add('the process of the gateways does not end by itself', `exit code ${code}`);

  revocations.judge();
  webhooks.judge();
  subscriptions.judge();
  const growth = growthOf(samples, requests, lateTokens * doors.all().length);
  if (seconds >= fullRun) {
    // In less time everything is still filling up.
    if (growth.grown > growth.bound) violations.add('memory grows', `${growth.grown} bytes`);
    demandVariety();
    subscriptions.demandVariety();
  }
  console.log(
    report({
      ...{ seed, seconds, mintRequests, recovery, samples, growth, stats, leftovers: left },
      redis: redis ? 'shared' : 'none',
      requests: tally.describe(),
      faults: timeline.counts(),
      suspects: revocations.suspects(),
      unprovoked: timeline.unprovoked(),
      violations: violations.describe(),
    }),
  );

  async function expiredTokens(): Promise<string[]> {
    const tokens = await Promise.all(world.live.slice(0, 10).map(({ id }) => clerk.sessionToken(id, -60)));
    return tokens.map(({ jwt }) => jwt);
  }
}

function receive(news: GatewayNews): void {
  if (news.news === 'violation') violations.add(news.what, news.detail);
  else timeline.noteRedis(news.gateway, news.state, news.at);
}

/** A soak in which nothing succeeds, or nothing fails, has shown nothing. */
function demandVariety(): void {
  const unseen = kinds.filter((kind) => kind !== 'odd' && tally.total(kind) === 0);
  if (unseen.length > 0) violations.add('the soak was poor', `never asked: ${unseen.join(', ')}`);
  for (const outcome of [
    'UNAUTHENTICATED',
    'FORBIDDEN',
    'TEMPLATE_NOT_FOUND',
    'BAD_USER_INPUT',
    'RATE_LIMITED',
  ]) {
    if (tally.outcomes(outcome) === 0) violations.add('the soak was poor', `never answered ${outcome}`);
  }
  if (tally.outcomes('token') < tally.total() / 4)
    violations.add('the soak was poor', 'few requests got a token');
}

/** Connections to Redis that are not this process's own: closing takes a moment. */
async function connectionsToRedis(): Promise<string[]> {
  for (let tries = 0; redis && tries < 40; tries += 1) {
    const count =
      String(await redis.client.client('LIST'))
        .trim()
        .split('\n').length - 1;
    if (count === 0) return [];
    if (tries === 39) return [`connections to Redis: ${count}`];
    await rested(50, new AbortController().signal);
  }
  return [];
}

async function cleanUp(): Promise<void> {
  for (const child of children) child.kill('SIGKILL');
  await redis?.close();
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`expected a whole number from 1: ${text}`);
  return number;
}
