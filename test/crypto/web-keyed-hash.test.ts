import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKeyedHash as nodeKeyedHash } from '../../src/crypto/node-keyed-hash.ts';
import { createKeyedHash } from '../../src/crypto/web-keyed-hash.ts';

/** Any text, lone surrogates included. */
const text = fc.string({ unit: 'binary', maxLength: 300 });

test('names, signatures and fingerprints are those of node:crypto', () => {
  fc.assert(
    fc.property(text, text, text, (secret, kind, some) => {
      const [web, node] = [createKeyedHash(secret), nodeKeyedHash(secret)];
      expect([web.name(kind, some), web.sign(some), web.fingerprint(some)]).toEqual([
        node.name(kind, some),
        node.sign(some),
        node.fingerprint(some),
      ]);
    }),
    { numRuns: 30 },
  );
});
