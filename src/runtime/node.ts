import { createHash, hash, timingSafeEqual } from 'node:crypto';
import { createSealing } from '../crypto/encryption.ts';
import { readPlainToken } from '../crypto/node-jws.ts';
import { useGraphiQL } from '../http/graphiql/use-graphiql.ts';
import { createLogger } from '../logging/node-logger.ts';
import { shareThroughRedis } from '../redis/share-through-redis.ts';
import type { Platform } from './runtime.ts';

/** Node.js: everything there is. */
export const nodePlatform: Platform = {
  digest: (text) => hash('sha256', text, 'base64url'),
  matcherOf(secret) {
    const expected = bytesOf(secret);
    return (shown) => timingSafeEqual(bytesOf(shown), expected);
  },
  createNaming: createSealing,
  createLogger,
  scheduleBatch: undefined,
  readPlainToken,
  shareThroughRedis: ({ secret, ...options }) =>
    shareThroughRedis({ ...options, sealing: createSealing(secret) }),
  useGraphiQL,
};

// Of equal length whatever the text, as the comparison in constant time wants it.
function bytesOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
