// Sends random requests to gateways for a minute, by GraphQL and through the other doors, injects faults, and checks the answers. Two
// gateways are permanent, and one is replaced every few seconds. They share one process; the local Clerk and Redis run in others. All are
// reloaded again and again, and their secrets are rotated; at the end without any faults, too. Prints a report, and exits with 1 after any
// violation. Options: --seconds (60), --seed (random), --rate (200 requests per second).
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import type { GatewayStats } from '../../src/index.ts';
import { hasRedis, type RedisServer, startRedis } from '../../test/support/redis-server.ts';
import { type CallableProcess, type Remote, startProcess } from '../../test/support/remote.ts';
import { reloadInCalm } from './calm.ts';
import { checkAnswer, createAnswerChecks } from './check-answer.ts';
import {
  createRevocationChecks,
  judgeRevocations,
  noteAnswer,
  type RevocationCounts,
} from './check-revocations.ts';
import type { ClerkProcess } from './clerk-process.ts';
import { createClient } from './client.ts';
import { fileOf } from './configuration.ts';
import { addCoprocessorSecret } from './door-requests.ts';
import { countAnswer, createDoors, describeDoors, judgeDoors, noteAudited, noteDelivered } from './doors.ts';
import { canKnow, createFleet } from './fleet.ts';
import { openGatewayPool } from './gateway-pool.ts';
import type { GatewayNews, GatewayProcess } from './gateway-process.ts';
import { injectClerkFaults, injectRedisFaults, waitUnlessStopped } from './inject-faults.ts';
import { load } from './load.ts';
import { type Growth, growthOf, type MemorySample } from './memory.ts';
import type { Answered } from './planned-request.ts';
import { type Random, seededRandom } from './random.ts';
import { recover } from './recovery.ts';
import { createReloads, describeReloads, reloadGateways, requireReloads, usualPace } from './reloads.ts';
import { report, requestsOf } from './report.ts';
import { createRequestMix } from './request-mix.ts';
import { requireVariety } from './require-variety.ts';
import { createRotations, noteRotation, type Rotations } from './rotations.ts';
import { sendSecrets } from './secret-requests.ts';
import { redisArguments } from './secrets.ts';
import { createSubscriptions, requireVariedSubscriptions, subscriptionsLeft } from './subscriptions.ts';
import { createTally } from './tally.ts';
import { createTimeline } from './timeline.ts';
import { createViolations } from './violations.ts';
import { checkDeliveries, createDelivery } from './webhook-delivery.ts';
import { addSession, createWorld, type World } from './world.ts';

/** Requests per second. */
const defaultRate = 200;
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000_000)) },
    rate: { type: 'string', default: String(defaultRate) },
  },
});
const [seconds, seed, rate] = [values.seconds, values.seed, values.rate].map(wholeNumber) as [
  number,
  number,
  number,
];
/** The number of signed-in sessions at any time. */
const sessionCount = 300;
/**
 * The smallest share of the GraphQL answers that the fast path gives in a full run: at lower rates than the default in proportion. Each
 * reload empties its tables.
 */
const leastFastShare = Math.min(1, rate / defaultRate) / 5;
/** The length of a full run, in seconds. A shorter run need not include every kind of request and outcome. */
const fullRun = 60;

console.log(`soak: ${seconds} s, ${rate} requests per second, seed ${seed}`);
const stopping = new AbortController();
const timeline = createTimeline();
const violations = createViolations(timeline);
const tally = createTally();
const doors = createDoors();
const children: CallableProcess<never>['child'][] = [];
let redis: RedisServer | undefined;
/** Undefined until the first gateways are open. */
let watchRotations: Rotations | undefined;

process.once('SIGINT', () => void cleanUp().then(() => process.exit(130)));
try {
  redis = hasRedis ? await startRedis(redisArguments) : undefined;
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

  const parts = await createParts(clerk, gateways);
  const { samples, lateTokens } = await runLoad(parts);
  const requests = tally.total();
  const ways = requestsOf(await gateways.stats());
  const { recovery, sessions } = await recover({ ...parts, violations });
  const calm = await reloadInCalm({ ...parts, violations, sessions, random: randomOf(12) });
  const [stats, mintRequests] = [await gateways.stats(), await clerk.mintRequests()];
  const leftovers = await closeGateways(parts);
  const [code] = await Promise.race([
    exited,
    waitUnlessStopped(5_000, new AbortController().signal).then(() => ['never']),
  ]);
  if (code !== 0) violations.add('the gateway process does not exit by itself', `exit code ${code}`);
  const growth = growthOf(samples, requests, lateTokens * parts.pool.all().length);
  const revocations = checkAtEnd(parts, growth, ways);
  console.log(
    report({
      ...{ seed, seconds, mintRequests, recovery, calm, samples, growth, stats, leftovers, ways },
      redis: redis ? 'shared' : 'none',
      requests: tally.describe(),
      doors: describeDoors(doors),
      faults: timeline.counts(),
      reloads: describeReloads(parts.reloads),
      revocations,
      unprovoked: timeline.unprovoked(),
      violations: violations.describe(),
    }),
  );
}

type Parts = Awaited<ReturnType<typeof createParts>>;

// Each part has its own random numbers, so that a change of one part does not alter the others.
function randomOf(part: number): Random {
  return seededRandom(seed + part * 7_919);
}

async function createParts(clerk: Remote<ClerkProcess>, gateways: Remote<GatewayProcess>) {
  const world = createWorld(clerk, randomOf(1));
  for (let made = 0; made < sessionCount; made += 1) await addSession(world);
  const mix = createRequestMix(world, randomOf(2), await expiredTokens(clerk, world));
  const fleet = createFleet({ ...(await clerk.connection()), redisPort: redis?.port });
  const pool = await openGatewayPool(gateways, fleet, timeline, randomOf(3));
  const rotations = createRotations({ fleet, clerk, redis, random: randomOf(10) });
  watchRotations = rotations;
  const client = addCoprocessorSecret(createClient(violations, randomOf(4)), rotations);
  const shared = redis !== undefined;
  const revocations = createRevocationChecks({
    world,
    timeline,
    violations,
    openedAt: pool.openedAt,
    shared,
    canKnow: (gateway, revocation, at) =>
      canKnow(fleet, { gateway, revocation, at, permanent: pool.permanentIds() }),
  });
  const checks = createAnswerChecks({
    ...{ timeline, violations },
    onAnswer(answered, tokens, hasSession) {
      mix.lastMinted = [...tokens.values()].at(-1) ?? mix.lastMinted;
      noteAnswer(revocations, answered, tokens, hasSession);
      noteDelivered(doors, answered, tokens);
    },
  });
  const check = (answered: Answered) => {
    const outcome = checkAnswer(checks, answered);
    countAnswer(doors, answered, outcome);
    return outcome;
  };
  const delivery = createDelivery({
    ...{ client, pool, timeline, violations, rotations, random: randomOf(5), count: tally.count },
  });
  const subscriptions = createSubscriptions({
    ...{ mix, check, pool, world, timeline, violations, random: randomOf(9), count: tally.count, shared },
  });
  const reloads = createReloads({ gateways, pool, rotations, violations, random: randomOf(11) });
  const secrets = { client, pool, rotations, delivery, world, violations, count: tally.count };
  return {
    clerk,
    gateways,
    world,
    mix,
    pool,
    client,
    revocations,
    check,
    delivery,
    subscriptions,
    reloads,
    secrets,
  };
}

async function expiredTokens(clerk: Remote<ClerkProcess>, world: World): Promise<string[]> {
  const tokens = await Promise.all(world.live.slice(0, 10).map(({ id }) => clerk.sessionToken(id, -60)));
  return tokens.map(({ jwt }) => jwt);
}

/** Runs the load and the faults. @returns the memory samples, and the number of new session tokens in the last two thirds */
async function runLoad(parts: Parts): Promise<{ samples: MemorySample[]; lateTokens: number }> {
  const { clerk, gateways, pool, world, reloads, secrets } = parts;
  const { signal } = stopping;
  const samples: MemorySample[] = [];
  let earlyTokens = 0;
  const sampleMemory = async () => {
    while (await waitUnlessStopped((seconds * 1_000) / 42, signal)) {
      samples.push(await gateways.sampleMemory());
      if (samples.length === 14) earlyTokens = world.fetchedTokens;
    }
  };
  const onFault = (error: unknown) =>
    violations.add(
      'an error in the soak test itself',
      error instanceof Error ? (error.stack ?? error.message) : '?',
    );
  const timer = setTimeout(() => stopping.abort(), seconds * 1_000);
  await Promise.all([
    load({ ...parts, rate, tally, doors, onFault, random: randomOf(6) }, signal),
    injectClerkFaults(clerk, timeline, randomOf(7), signal),
    redis && injectRedisFaults(redis, timeline, randomOf(8), signal),
    pool.replace(signal),
    reloadGateways(reloads, usualPace, signal),
    sendSecrets(secrets, signal),
    sampleMemory(),
  ]);
  clearTimeout(timer);
  return { samples, lateTokens: world.fetchedTokens - earlyTokens };
}

/** Closes the client and the gateways. Adds violations for open resources. @returns these resources */
async function closeGateways({ client, gateways }: Parts): Promise<string[]> {
  const subscriptions = await subscriptionsLeft(gateways);
  await client.close();
  const left = [
    ...(subscriptions > 0 ? [`subscriptions: ${subscriptions}`] : []),
    ...(await gateways.finish()),
    ...(await connectionsToRedis()),
  ];
  for (const what of left) violations.add('a resource is left open', what);
  return left;
}

/** Runs the checks that need all messages about Redis, and those of the whole run. @returns what was compared with revocations */
function checkAtEnd(
  { revocations, delivery, subscriptions, reloads }: Parts,
  growth: Growth,
  ways: GatewayStats['requests'],
): RevocationCounts {
  const compared = judgeRevocations(revocations);
  checkDeliveries(delivery);
  subscriptions.ends.judge();
  judgeDoors(doors, violations);
  // In a shorter run, the caches are not full at its end.
  if (seconds < fullRun) return compared;
  if (growth.grown > growth.bound) violations.add('memory grows', `${growth.grown} bytes`);
  requireVariety({ tally, doors, compared, ways, leastFastShare, violations });
  requireVariedSubscriptions(subscriptions);
  requireReloads(reloads);
  return compared;
}

function receive(news: GatewayNews): void {
  if (news.news === 'violation') violations.add(news.what, news.detail);
  else if (news.news === 'delivered') noteAudited(doors, news);
  else if (news.news === 'rotation') watchRotations && noteRotation(watchRotations, news.gateway, news.what);
  else timeline.noteRedis(news.gateway, news.state, news.at);
}

/** Lists the connections to Redis, except that of this process. Waits up to 2 s for them to close. */
async function connectionsToRedis(): Promise<string[]> {
  for (let tries = 0; redis && tries < 40; tries += 1) {
    const count =
      String(await redis.client.client('LIST'))
        .trim()
        .split('\n').length - 1;
    if (count === 0) return [];
    if (tries === 39) return [`connections to Redis: ${count}`];
    await waitUnlessStopped(50, new AbortController().signal);
  }
  return [];
}

async function cleanUp(): Promise<void> {
  for (const child of children) child.kill('SIGKILL');
  await redis?.close();
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new Error(`expected a whole number of at least 1, got ${text}`);
  return number;
}
