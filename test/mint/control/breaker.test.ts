import { describe, expect, test } from 'vitest';
import { createBreaker } from '../../../src/mint/control/breaker.ts';

function start() {
  let now = 0;
  const told: string[] = [];
  const breaker = createBreaker({
    ...{ breakAfter: 2, breakFor: 2_000, tryFor: 5_000 },
    onBreak: () => told.push('broken'),
    onReset: () => told.push('reset'),
    elapsed: () => now,
  });
  const fail = (times: number) => {
    for (let time = 0; time < times; time += 1) breaker.begin()('failed');
  };
  return { breaker, told, fail, pass: (milliseconds: number) => (now += milliseconds) };
}

describe('a breaker', () => {
  test('breaks after failures in a row, and not after failures among answers', () => {
    const { breaker, told, fail } = start();
    fail(1);
    breaker.begin()('answered');
    fail(1);
    expect([breaker.pause(), told]).toEqual([undefined, []]);
    fail(1);
    expect([breaker.pause(), told]).toEqual([2_000, ['broken']]);
  });

  test('lets one call try after a while; its answer ends the break, its failure begins another', () => {
    const { breaker, told, fail, pass } = start();
    fail(2);
    pass(1_999);
    expect(breaker.pause()).toBe(1);
    pass(1);
    expect(breaker.pause()).toBeUndefined();
    const failing = breaker.begin();
    expect(breaker.pause()).toBe(0);
    failing('failed');
    expect([breaker.pause(), told]).toEqual([2_000, ['broken']]);
    pass(2_000);
    breaker.begin()('answered');
    expect([breaker.pause(), told]).toEqual([undefined, ['broken', 'reset']]);
  });

  test('is told nothing new by calls that began before it broke', () => {
    const { breaker, told, fail, pass } = start();
    const [early, late] = [breaker.begin(), breaker.begin()];
    fail(2);
    pass(1_000);
    early('failed');
    late('answered');
    expect([breaker.pause(), told]).toEqual([1_000, ['broken']]);
  });

  test('lets another call try when nothing is heard of the one that tries: its request may have ended', () => {
    const { breaker, told, fail, pass } = start();
    fail(2);
    pass(2_000);
    const lost = breaker.begin();
    pass(4_999);
    expect(breaker.pause()).toBe(0);
    pass(1);
    expect(breaker.pause()).toBeUndefined();
    const second = breaker.begin();
    lost('failed');
    expect(breaker.pause()).toBe(0);
    second('answered');
    expect(told).toEqual(['broken', 'reset']);
  });
});
