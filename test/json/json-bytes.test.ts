import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitsJsonBytes, jsonBytes, jsonBytesOnce } from '../../src/json/json-bytes.ts';

const seed = 20_260_131;

/** The length of the text that JSON.stringify writes, in bytes. */
const written = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** Any JSON value, with lone surrogates, control characters and letters beyond ASCII in names and values. */
const json = fc.jsonValue({ stringUnit: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('\ud800')) });

describe('jsonBytes', () => {
  test.each<[unknown, number]>([
    ['', 2],
    ['a', 3],
    ['"', 4],
    ['\n', 4],
    ['\u0001', 8],
    ['\ud800', 8],
    ['€', 5],
    ['🙂', 6],
    [{ a: [1, null] }, 14],
    [1e20, 21],
    [Number.POSITIVE_INFINITY, 4],
  ])('%j takes %i bytes', (value, bytes) => {
    expect(jsonBytes(value)).toBe(bytes);
  });

  test('any value takes the bytes that JSON.stringify writes', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(jsonBytes(value)).toBe(written(value));
      }),
      { seed },
    );
  });

  test('an immutable object is measured once', () => {
    const value = { a: 'x' };
    expect(jsonBytesOnce(value)).toBe(9);
    value.a = 'xyz';
    expect(jsonBytesOnce(value)).toBe(9);
  });
});

describe('fitsJsonBytes', () => {
  test('X15 a value fits only where its JSON does', () => {
    fc.assert(
      fc.property(json, fc.integer({ min: 0, max: 300 }), (value, bytes) => {
        if (written(value) > bytes) expect(fitsJsonBytes(value, bytes)).toBe(false);
      }),
      { seed, numRuns: 1_000 },
    );
  });

  test('X15 a value of text fits where its JSON leaves a small margin', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.dictionary(text, fc.array(text)), (value) => {
        const strings = Object.values(value).flat().length;
        expect(fitsJsonBytes(value, written(value) + 2 + 8 * (Object.keys(value).length + strings))).toBe(
          true,
        );
      }),
      { seed, numRuns: 1_000 },
    );
  });

  test('X15 an object that was measured counts with that length each time it occurs', () => {
    const claims = { note: 'x'.repeat(100_000) };
    jsonBytesOnce(claims);
    const many = Array.from({ length: 100 }, () => ({ claims }));
    expect(fitsJsonBytes(many, written(many) + 1_000)).toBe(true);
    expect(fitsJsonBytes(many, written(many) - 1)).toBe(false);
  });

  test('X15 a date counts with the length of its JSON', () => {
    const value = { at: new Date(0) };
    expect(fitsJsonBytes(value, written(value) - 1)).toBe(false);
    expect(fitsJsonBytes(value, written(value) + 6)).toBe(true);
  });
});
