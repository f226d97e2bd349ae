import type { Settings } from '../config/parse-options.ts';
import { createKeyRing } from '../crypto/key-ring.ts';
import { createAuditor } from '../mint/audit.ts';
import { createMintEngine, type MintEngine } from '../mint/mint-engine.ts';
import type { ShareThroughRedis } from '../redis/share-through-redis.ts';
import { createRevocations, type Revocation } from '../revocation/revocations.ts';
import { createTokenStreams } from '../subscription/token-streams.ts';
import { monotonicNow } from '../time/monotonic-now.ts';
import type { Base } from './base.ts';
import type { ClerkConnection } from './clerk-connection.ts';
import { revocationLifeMs } from './revocation-life.ts';

/** The parts that mint tokens. They outlive a reload: held tokens, spent budgets, revocations, streams. */
export type Minting = ReturnType<typeof startMinting>;

/** Creates the mint engine, the revocations, the token streams and the sharing through Redis. */
export function startMinting(
  { present, runtime, log, reporter, now }: Base,
  { secretKeys }: ClerkConnection,
  { cacheSize, redisUrl, frontendApi }: Settings,
  shareThroughRedis: ShareThroughRedis | undefined,
) {
  const cacheKeys = () => present().settings.cacheKey;
  const keyRing = createKeyRing(cacheKeys, runtime.createKeyedHash);
  const keepFor = () => {
    const { settings, longestAge } = present();
    return revocationLifeMs(settings.maxSessionTokenLifetime, longestAge);
  };
  const revocations = createRevocations({
    ...{ keyRing, keepFor, now, monotonicNow },
    onLearned: reporter.revocation,
  });
  const sharing =
    redisUrl && shareThroughRedis
      ? shareThroughRedis({
          ...{ url: redisUrl, instance: frontendApi, secrets: cacheKeys, keepFor, log, reporter, now },
          maxAge: () => present().longestAge,
          onRevocation: revocations.learnText,
          onThrottled: (milliseconds) => engine.onThrottled(milliseconds),
          knownTexts: revocations.texts,
        })
      : undefined;
  /** Revokes in every instance. @throws when Redis is configured and has not stored the revocations */
  const revoke = async (list: readonly Revocation[], source: 'webhook' | 'clerk') => {
    const texts = revocations.learn(list, source);
    await sharing?.signals.revoke(texts);
  };
  const engine: MintEngine = createMintEngine({
    ...{ secretKeys, revocations, reporter, shared: sharing?.minting },
    revoke: (list) => revoke(list, 'clerk'),
    policies: (template) => present().policies(template),
    acceptsCaller: (caller) => present().authentication.acceptsCaller(caller),
    auditor: createAuditor({
      audit(event) {
        const { audit } = present().settings;
        return audit ? audit(event) : log.info(event, `token ${event.outcome}`);
      },
      hmac: (jwt) => keyRing()[0].fingerprint(jwt),
      log,
    }),
    digest: runtime.digest,
    ...{ log, now, random: Math.random, cacheSize },
    limits: () => present().settings,
  });
  const streams = createTokenStreams({
    ...{ engine, revocations, now, monotonicNow },
    limits() {
      const { subscriptionLimit, sessionSubscriptionLimit } = present().settings;
      return { total: subscriptionLimit, perSession: sessionSubscriptionLimit };
    },
  });
  return { engine, streams, revocations, revoke, sharing };
}

/**
 * Applies new settings to what is held and open: call it after the present generation has changed.
 *
 * @param longestAgeBefore - the longest age of a returned token by the settings before, in seconds
 */
export function applyToHeld(
  { engine, streams, revocations, sharing }: Minting,
  { present, now }: Base,
  longestAgeBefore: number,
): void {
  if (present().longestAge > longestAgeBefore) {
    // These tokens had passed the old maximum age; their revocations may have expired.
    engine.dropOld(now() / 1000 - longestAgeBefore);
    revocations.prolong();
    sharing?.signals.prolong();
  }
  const { redisUrl } = present().settings;
  if (redisUrl !== undefined) sharing?.moveTo(redisUrl);
  streams.recheck();
}
