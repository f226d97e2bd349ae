import { describe, expect, test } from 'vitest';
import { maxTimerDelay, requireInteger } from '../../src/local-clerk/require-integer.ts';

describe('an integer within bounds', () => {
  test.each([0, 5, 10])('%d is returned unchanged', (value) => {
    expect(requireInteger('limit', value, 0, 10)).toBe(value);
  });

  test.each([-1, 11, 0.5, Number.NaN, Number.POSITIVE_INFINITY, '5', undefined])(
    '%s is refused, with the bounds',
    (value) => {
      expect(() => requireInteger('limit', value as number, 0, 10)).toThrow(
        `The local Clerk does not accept ${value} as limit: use a whole number from 0 to 10.`,
      );
    },
  );

  test('the longest delay is that of a timer in Node.js, which fires at once for a longer one', () => {
    expect(maxTimerDelay).toBe(0x7fff_ffff);
  });
});
