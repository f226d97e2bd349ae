import { expect, test } from 'vitest';
import { revocationLifeMs } from '../../src/gateway/revocation-life.ts';

test.each([
  [600, 300, 610_000],
  [60, 300, 310_000],
  [600, 86_400, 86_410_000],
])(
  'with session tokens of %i s and held tokens of %i s, a revocation counts for %i ms',
  (...[lifetime, age, life]) => {
    expect(revocationLifeMs(lifetime, age)).toBe(life);
  },
);
