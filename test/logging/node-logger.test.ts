import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { createLogger } from '../../src/logging/node-logger.ts';

function capture(level?: string) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { lines, log: createLogger({ destination, ...(level ? { level } : {}) }) };
}

describe('the logger of Node.js', () => {
  test('writes one line of JSON per event, from level info', () => {
    const { lines, log } = capture();
    log.debug('hidden');
    log.info({ mints: 2 }, 'graphql');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: 30, time: expect.any(Number), mints: 2, msg: 'graphql' },
    ]);
    expect(lines[0]).toMatch(/^[^\n]*\n$/);
  });

  test('writes lower levels where the options say so', () => {
    const { lines, log } = capture('debug');
    log.debug('shown');
    expect(lines).toHaveLength(1);
  });

  test.each(['authorization', 'cookie', 'jwt', 'token', 'secretKey', 'claims'])(
    'X06 redacts the field %s by name, at the top level and one level below',
    (field) => {
      const { lines, log } = capture();
      log.info(
        { [field]: 'opaque-secret', inner: { [field]: { email: 'opaque-secret' } }, kept: 'kept' },
        'x',
      );
      expect(lines[0]).not.toContain('opaque-secret');
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({
        [field]: '[redacted]',
        inner: { [field]: '[redacted]' },
        kept: 'kept',
      });
    },
  );

  test('X06 redacts tokens and keys in messages, values, field names, errors and their stacks', async () => {
    const jwt = await new SignJWT({ sub: 'a' }).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32));
    const secretKey = ['sk', 'test', 'x'.repeat(20)].join('_');
    const { lines, log } = capture();
    for (const secret of [jwt, secretKey]) {
      log.warn(`message ${secret}`);
      log.warn({ a: { b: { c: [secret] } } }, 'deep');
      log.warn({ [secret]: 1 }, 'key');
      log.error({ err: new Error(`failed with ${secret}`, { cause: new Error(secret) }) }, 'error');
    }
    expect(lines).toHaveLength(8);
    for (const line of lines) {
      expect(line).toContain('[redacted]');
      expect(line).not.toMatch(/eyJ|sk_/);
      expect(() => JSON.parse(line)).not.toThrow();
    }
  });
});
