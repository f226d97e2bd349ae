import type { Plugin } from 'graphql-yoga';
import type { ReadPlainToken } from '../auth/plain-claims.ts';
import type { Digest, MatcherOf } from '../crypto/digest.ts';
import type { Naming } from '../crypto/keyed-hash.ts';
import type { GraphiQLOptions } from '../http/graphiql/use-graphiql.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import type { TokenLoaderOptions } from '../mint/token-loader.ts';
import type { ShareThroughRedis } from '../redis/share-through-redis.ts';

/** What the gateway needs of the runtime beyond what all of them have (`fetch`, `URL`, WebCrypto, timers). */
export interface Platform {
  digest: Digest;
  matcherOf: MatcherOf;
  /** @param secret - what keys are derived from */
  createNaming(secret: string): Naming;
  createLogger(): GatewayLogger;
  /** Undefined for DataLoader's own way, which is `process.nextTick` wherever there seems to be one. */
  scheduleBatch: TokenLoaderOptions['scheduleBatch'];
  /** Verifies most session tokens faster than Clerk's SDK; undefined where the SDK verifies them all. */
  readPlainToken: ReadPlainToken | undefined;
  /** Undefined where Redis cannot be reached. */
  shareThroughRedis: ShareThroughRedis | undefined;
  /** Undefined where the page, which is 9 MB of script, has no place. */
  useGraphiQL: ((options: GraphiQLOptions) => Plugin) | undefined;
}
