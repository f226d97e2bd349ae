import { listTemplates } from '../clerk/list-templates.ts';
import type { Settings } from '../config/parse-options.ts';
import { createKeyRing } from '../crypto/key-ring.ts';
import { createAuditor } from '../mint/audit.ts';
import { createListTokenTemplates } from '../mint/list-token-templates.ts';
import { createMintEngine, type MintEngine } from '../mint/mint-engine.ts';
import { createTemplateDirectory, withVerdict } from '../mint/template-directory.ts';
import type { ShareThroughRedis } from '../redis/share-through-redis.ts';
import { createRevocations, type Revocation } from '../revocation/revocations.ts';
import { createTokenStreams } from '../subscription/token-streams.ts';
import { monotonicNow } from '../time/monotonic-now.ts';
import type { Base } from './base.ts';
import type { ClerkConnection } from './clerk-connection.ts';
import { revocationLifeMs } from './revocation-life.ts';
import type { Rules } from './rules.ts';

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
  let longestLifeMs = 0;
  const keepFor = () => {
    const { settings, longestAge } = present();
    // It never falls: tokens that were stored in Redis under longer ages stay there.
    longestLifeMs = Math.max(longestLifeMs, revocationLifeMs(settings.maxSessionTokenLifetime, longestAge));
    return longestLifeMs;
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
  const listTokenTemplates = createListTokenTemplates({
    templates: () => present().settings.templates,
    directory: createTemplateDirectory({
      list: () =>
        secretKeys.call(async ({ client }) => withVerdict(await listTemplates(client.jwtTemplates))),
      deadline: () => present().settings.deadline,
      ...{ log, reporter, monotonicNow },
    }),
    isAuthorized: engine.isAuthorized,
  });
  return { engine, streams, revocations, revoke, sharing, listTokenTemplates };
}

/**
 * Applies new settings to what is held and open: call it after the present generation has changed.
 *
 * @param before - the rules before
 */
export function applyToHeld(
  { engine, streams, revocations, sharing }: Minting,
  { present, now }: Base,
  before: Pick<Rules, 'settings' | 'longestAge'>,
): void {
  const { settings, longestAge } = present();
  // An operator may have corrected what they are about.
  engine.forgetFailures();
  if (longestAge > before.longestAge) {
    // These tokens had passed the old maximum age; their revocations may have expired.
    engine.dropOld(now() / 1000 - before.longestAge);
    revocations.prolong();
    sharing?.signals.prolong();
  }
  if (settings.redisUrl !== undefined) sharing?.moveTo(settings.redisUrl);
  const isVerifiedOtherwise =
    settings.jwtKey !== before.settings.jwtKey || settings.authenticate !== before.settings.authenticate;
  // Their clients subscribe again, and are verified by the present rules.
  if (isVerifiedOtherwise) streams.complete();
  else streams.recheck();
}
