import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { optionTable } from '../../src/config/option-table.ts';

describe('jwtKey, which is checked without reading it', () => {
  const pem = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .publicKey.export({ type: 'spki', format: 'pem' })
    .toString();
  const problems = (jwtKey: string) => (optionTable.jwtKey.schema.safeParse(jwtKey).success ? 0 : 1);

  test('is accepted only where OpenSSL can read it, whatever single character is changed', () => {
    const at = fc.nat(pem.length - 1);
    const character = fc.constantFrom(...'ABCDEFabcdef0189+/=-\n #');
    const readable = (text: string) => {
      try {
        return createPublicKey(text).type === 'public';
      } catch {
        return false;
      }
    };
    let accepted = 0;
    fc.assert(
      fc.property(at, character, (place, other) => {
        const changed = pem.slice(0, place) + other + pem.slice(place + 1);
        if (problems(changed) > 0) return;
        accepted += 1;
        // Clerk's SDK, which takes all white space out, reads lines of any length.
        expect(readable(linesOf64(changed))).toBe(true);
      }),
      { numRuns: 500, seed: 20_261_128 },
    );
    expect(accepted).toBeGreaterThan(50);
  });
});

function linesOf64(pem: string): string {
  const [, begin = '', body = '', end = ''] = /^(-+[^-]+-+)([^-]+)(-+[^-]+-+)\s*$/.exec(pem) ?? [];
  return [begin, ...(body.replace(/\s/g, '').match(/.{1,64}/g) ?? []), end, ''].join('\n');
}
