import fc from 'fast-check';
import { test } from 'vitest';
import * as node from '../../src/crypto/node-digest.ts';
import * as web from '../../src/crypto/web-digest.ts';

/** Any text, lone surrogates included. */
const text = fc.string({ unit: 'binary', maxLength: 300 });

test('digests are those of node:crypto', () => {
  fc.assert(fc.property(text, (some) => web.digest(some) === node.digest(some)));
});

test('secrets match as with node:crypto', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, (secrets, candidate) => {
      const [webMatches, nodeMatches] = [web.secretMatcher(secrets), node.secretMatcher(secrets)];
      return (
        secrets.every((secret) => webMatches(secret) && nodeMatches(secret)) &&
        webMatches(candidate) === nodeMatches(candidate)
      );
    }),
  );
});
