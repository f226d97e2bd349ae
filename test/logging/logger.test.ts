import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { createLogger } from '../../src/index.ts';
import { describeError } from '../../src/logging/logger.ts';

function capture(level?: string) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { lines, log: createLogger({ destination, ...(level ? { level } : {}) }) };
}

describe('the logger', () => {
  test('writes one line of JSON per event, from info upwards', () => {
    const { lines, log } = capture();
    log.debug('hidden');
    log.info({ mints: 2 }, 'graphql');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: 30, time: expect.any(Number), mints: 2, msg: 'graphql' },
    ]);
    expect(lines[0]).toMatch(/^[^\n]*\n$/);
  });

  test('writes lower levels when asked to', () => {
    const { lines, log } = capture('debug');
    log.debug('shown');
    expect(lines).toHaveLength(1);
  });

  test.each(['authorization', 'cookie', 'jwt', 'token', 'secretKey', 'claims'])(
    'X06 redacts the field %s by name, at the top and one level below',
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

  test('X06 scrubs every line: messages, values, keys, errors and their stacks', async () => {
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

describe('an unexpected error', () => {
  test('is described by its name and place, never by its message', () => {
    const error = new RangeError('user ada@example.com\n    at home with a secret');
    const described = describeError(new Error('wrapped', { cause: error }));
    expect(described.error).toBe('RangeError');
    const original = describeError(Object.assign(new Error('outer'), { originalError: error }));
    expect(original.error).toBe('RangeError');
    expect(original.at.length).toBeGreaterThan(0);
    expect(original.at.every((frame) => frame.startsWith('at '))).toBe(true);
    expect(JSON.stringify([described, original])).not.toMatch(/ada@|secret|wrapped|outer/);
    expect(describeError('thrown text')).toEqual({ error: 'string', at: [] });
  });

  test('is described whatever it is', () => {
    const cyclic = new Error('a');
    cyclic.cause = new Error('b', { cause: cyclic });
    expect(describeError(cyclic).error).toBe('Error');
    expect(describeError(Object.assign(new Error('a'), { stack: { not: 'a text' } }))).toEqual({
      error: 'Error',
      at: [],
    });
    const named = Object.assign(new Error('a'), { name: `sk_test_${'x'.repeat(20)} ${'y'.repeat(100)}` });
    expect(describeError(named).error).toMatch(/^\[redacted\] y{53}$/);
    expect(describeError(undefined)).toEqual({ error: 'undefined', at: [] });
  });
});
