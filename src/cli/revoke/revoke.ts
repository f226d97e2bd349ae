import { clockSkewSeconds } from '../../auth/session-claims.ts';
import { ConfigurationError } from '../../config/configuration-error.ts';
import type { Settings } from '../../config/parse-options.ts';
import { createKeyRing } from '../../crypto/key-ring.ts';
import { createKeyedHash } from '../../crypto/node-keyed-hash.ts';
import { revocationLifeMs } from '../../gateway/revocation-life.ts';
import { longestCacheAge } from '../../mint/policy.ts';
import { runOnRedis } from '../../redis/run-on-redis.ts';
import type { RedisSignals } from '../../redis/signals.ts';
import { createRevocations, type Revocation } from '../../revocation/revocations.ts';
import { monotonicNow } from '../../time/monotonic-now.ts';
import { describeRedisFailure } from '../check/check-redis.ts';
import { completeOptions, readConfiguration } from '../configuration/read-configuration.ts';
import { readTarget } from './read-target.ts';

/** Longest time in which Redis must store the revocation, in milliseconds. */
const deadline = 5_000;

/** Runs `mintgate revoke`: tells every instance through Redis to refuse a session or a user, as a webhook does. */
export async function revoke(args: { session: string | undefined; user: string | undefined }): Promise<void> {
  const target = readTarget(args);
  const configuration = await readConfiguration(process.cwd());
  const { settings } = completeOptions(configuration.options, configuration);
  // Clerk's clock may be ahead of this one: session tokens that it has issued up to now have an `iat` up to this moment.
  const at = Date.now() / 1000 + clockSkewSeconds;
  const keepFor = keepForOf(settings);
  const told = await store(settings, { effect: 'refuse', ...target, at }, keepFor);
  process.stdout.write(`${reportOf(target, told, keepFor)}\n`);
}

const unheard = 'No instance listens: if one runs, it uses another Redis, or another Clerk instance.';

function keepForOf({ templates, maxStaleAge, maxSessionTokenLifetime }: Settings): number {
  return revocationLifeMs(maxSessionTokenLifetime, Math.max(longestCacheAge(templates), maxStaleAge));
}

/** Stores and publishes a revocation. @returns the number of instances that listened @throws ConfigurationError when Redis has not stored it */
async function store(settings: Settings, revocation: Revocation, keepFor: number): Promise<number> {
  const { redisUrl: url, cacheKey: secrets, frontendApi: instance } = settings;
  if (url === undefined) {
    throw new ConfigurationError([
      'REDIS_URL: is missing: mintgate revoke reaches the instances through the Redis that they share',
    ]);
  }
  const revocations = createRevocations({
    keyRing: createKeyRing(() => secrets, createKeyedHash),
    ...{ keepFor: () => keepFor, now: Date.now, monotonicNow },
  });
  const texts = revocations.learn([revocation]);
  let receivers = 0;
  const store = async (signals: RedisSignals) => {
    receivers = await signals.revoke(texts);
  };
  const trial = await runOnRedis({ url, secrets, instance, keepFor, deadline }, ({ signals }) => [
    ['to store the revocation', () => store(signals)],
  ]);
  if (!trial.works) {
    throw new ConfigurationError([
      `REDIS_URL: ${describeRedisFailure(trial)}; the revocation may not be stored: revoke again`,
    ]);
  }
  // This process listens, too.
  return receivers - 1;
}

function reportOf({ target, id }: Pick<Revocation, 'target' | 'id'>, told: number, keepFor: number): string {
  const minutes = Math.round(keepFor / 60_000);
  const effect =
    target === 'session'
      ? `refuse it, for ${minutes} minutes`
      : 'refuse the session tokens that were issued up to now';
  const listening = told === 1 ? '1 instance listens' : `${told} instances listen`;
  const done = `${target} ${id}: stored in Redis, where ${listening}. Those that have one of these cache keys ${effect}.`;
  const remaining =
    target === 'session'
      ? 'Revoke the session at Clerk as well: until then, its browser gets new session tokens.'
      : 'Ban or delete the user at Clerk as well: until then, a browser gets a new session token within 60 s, and tokens for it.';
  return [done, ...(told < 1 ? [unheard] : []), remaining].join('\n');
}
