import { clockSkewSeconds } from '../../auth/session-claims.ts';
import { ConfigurationError } from '../../config/configuration-error.ts';
import type { Settings } from '../../config/parse-options.ts';
import { createKeyRing } from '../../crypto/key-ring.ts';
import { createKeyedHash } from '../../crypto/node-keyed-hash.ts';
import { revocationLifeMs } from '../../gateway/revocation-life.ts';
import { longestCacheAge } from '../../mint/policy.ts';
import { runOnRedis } from '../../redis/run-on-redis.ts';
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
  await store(settings, { effect: 'refuse', ...target, at }, keepFor);
  process.stdout.write(`${reportOf(target, keepFor)}\n`);
}

function keepForOf({ templates, maxStaleAge, maxSessionTokenLifetime }: Settings): number {
  return revocationLifeMs(maxSessionTokenLifetime, Math.max(longestCacheAge(templates), maxStaleAge));
}

/** Stores and publishes a revocation. @throws ConfigurationError when Redis has not stored it */
async function store(settings: Settings, revocation: Revocation, keepFor: number): Promise<void> {
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
  const trial = await runOnRedis({ url, secrets, instance, keepFor, deadline }, ({ signals }) => [
    ['to store the revocation', () => signals.revoke(texts)],
  ]);
  if (!trial.works) {
    throw new ConfigurationError([
      `REDIS_URL: ${describeRedisFailure(trial)}; the revocation may not be stored: revoke again`,
    ]);
  }
}

function reportOf({ target, id }: Pick<Revocation, 'target' | 'id'>, keepFor: number): string {
  const done =
    target === 'session'
      ? `session ${id}: every instance refuses it within a second, for ${Math.round(keepFor / 60_000)} minutes.`
      : `user ${id}: every instance refuses the session tokens that were issued up to now within a second.`;
  const remaining =
    target === 'session'
      ? 'Revoke the session at Clerk as well: until then, its browser gets new session tokens.'
      : 'Ban or delete the user at Clerk as well: until then, a browser gets a new session token within 60 s, and tokens for it.';
  return `${done}\n${remaining}`;
}
