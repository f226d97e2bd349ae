import { describe, expect, test } from 'vitest';
import { describeError } from '../../src/logging/describe-error.ts';

describe('describeError', () => {
  test('returns the name and the place of the innermost cause, never a message', () => {
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

  test('describes every thrown value', () => {
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
