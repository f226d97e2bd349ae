import { expect, test } from 'vitest';
import { drawRun } from '../../../scripts/operate/run-picture.ts';

const series = (labels: Record<string, string>, values: readonly number[]) => ({
  labels,
  samples: values.map((value, at) => [100 + at / 2, value] as const),
});

const svg = drawRun({
  from: 100,
  to: 102,
  faults: [{ name: 'Redis & <all>', from: 100.5, to: 101.5 }],
  alerts: [{ alert: 'MintgateRedisAway', from: 101, to: 101.5 }],
  series: {
    lookups: [series({ mintgate_cache_result: 'fresh' }, [40, 40, 40, 40, 40])],
    mints: [series({ mintgate_mint_outcome: 'minted' }, [0, 0, 0, 0, 0])],
    budgetUsed: [series({}, [1, 2, 3, 4, 5])],
    budgetLimit: [series({}, [80, 80, 80, 80, 80])],
    breakerClosed: [series({}, [1, 1, 1, 1, 1])],
    redisConnected: [series({}, [1, 0, 0, 1, 1])],
    keyAccepted: [],
  },
});

test('the picture names the fault, the alert and the series, and escapes texts', () => {
  for (const text of ['1: Redis &amp; &lt;all>', 'RedisAway', 'fresh', 'Mint budget', 'seconds'])
    expect(svg).toContain(`>${text}</text>`);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});

test('a series without a value has no legend, and a state without a fault no mark', () => {
  expect(svg).not.toContain('>minted</text>');
  expect(svg).toContain('>away</text>');
  expect(svg).not.toContain('>refused</text>');
});
