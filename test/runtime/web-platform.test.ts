import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { optionTable } from '../../src/config/schema.ts';
import * as edge from '../../src/edge.ts';
import * as node from '../../src/index.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { webRuntime } from '../../src/runtime/web.ts';

/** Any text, surrogates that stand alone among it. */
const text = fc.string({ unit: 'binary', maxLength: 300 });

describe('the web platform does what Node.js does', () => {
  test('with digests', () => {
    fc.assert(fc.property(text, (some) => webRuntime.digest(some) === nodeRuntime.digest(some)));
  });

  test('with secrets that are compared', () => {
    fc.assert(
      fc.property(text, text, (secret, shown) => {
        const [web, own] = [webRuntime.secretMatcher(secret), nodeRuntime.secretMatcher(secret)];
        return web(secret) && own(secret) && web(shown) === own(shown);
      }),
    );
  });

  test('with names, signatures and fingerprints', () => {
    fc.assert(
      fc.property(text, text, text, (secret, kind, some) => {
        const [web, own] = [webRuntime.createKeyedHash(secret), nodeRuntime.createKeyedHash(secret)];
        expect([web.name(kind, some), web.sign(some), web.fingerprint(some)]).toEqual([
          own.name(kind, some),
          own.sign(some),
          own.fingerprint(some),
        ]);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the log without pino', () => {
  const lines = (create: typeof edge.createLogger | typeof node.createLogger, events: unknown[][]) => {
    const written: string[] = [];
    const log = create({ level: 'debug', destination: { write: (line: string) => void written.push(line) } });
    for (const event of events) (log.warn as (...event: unknown[]) => void)(...event);
    return written;
  };
  const parsed = (written: string[]) => written.map((line) => ({ ...JSON.parse(line), time: 0 }));

  test('X06 writes the lines that pino writes, with the same fields redacted', () => {
    const secret = ['sk', 'test', 'a'.repeat(20)].join('_');
    const events = [
      ['alone'],
      [{ mints: 2, operation: undefined, outcome: null, list: [{ token: 'kept' }] }, 'graphql'],
      ...['authorization', 'cookie', 'jwt', 'token', 'secretKey', 'claims'].map((field) => [
        { [field]: { email: 'opaque' }, inner: { [field]: 'opaque', deep: { [field]: 'kept' } } },
        'x',
      ]),
      [{ [secret]: secret, at: [secret] }, `message ${secret}`],
      [{}],
    ];
    const web = lines(edge.createLogger, events);
    expect(parsed(web)).toEqual(parsed(lines(node.createLogger, events)));
    expect(web.join('')).not.toMatch(/opaque|sk_/);
    expect(web.every((line) => /^[^\n]+\n$/.test(line))).toBe(true);
  });

  test('X06 scrubs errors, and survives what JSON cannot say', () => {
    const secret = ['sk', 'test', 'a'.repeat(20)].join('_');
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const error = new Error(`with ${secret}`);
    const [asField, alone, round, big] = lines(edge.createLogger, [
      [{ err: error }, 'failed'],
      [error],
      [circle, 'round'],
      [{ size: 1n }, 'big'],
    ]).map((line) => JSON.parse(line));
    expect(asField).toMatchObject({ err: { type: 'Error', message: 'with [redacted]' }, msg: 'failed' });
    expect(alone).toMatchObject({ err: { type: 'Error' }, msg: 'with [redacted]' });
    expect([round.msg, big.msg]).toEqual(['round', 'big']);
  });

  test('is silent below its level', () => {
    const written: string[] = [];
    const log = edge.createLogger({
      level: 'warn',
      destination: { write: (line) => void written.push(line) },
    });
    log.info('hidden');
    log.error('shown');
    expect(written.map((line) => JSON.parse(line).msg)).toEqual(['shown']);
  });
});

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
