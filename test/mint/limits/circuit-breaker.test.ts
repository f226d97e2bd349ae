import { describe, expect, test } from 'vitest';
import { createCircuitBreaker } from '../../../src/mint/limits/circuit-breaker.ts';

function start() {
  let now = 0;
  const told: string[] = [];
  const breaker = createCircuitBreaker({
    ...{ failureThreshold: 2, openForMs: 2_000 },
    onOpen: () => told.push('opened'),
    onClose: () => told.push('closed'),
    monotonicNow: () => now,
  });
  const fail = (times: number) => {
    for (let time = 0; time < times; time += 1) breaker.begin()('failed');
  };
  return { breaker, told, fail, pass: (milliseconds: number) => (now += milliseconds) };
}

describe('a circuit breaker', () => {
  test('opens after failures in a row, and not after failures among answers', () => {
    const { breaker, told, fail } = start();
    fail(1);
    breaker.begin()('answered');
    fail(1);
    expect([breaker.state, breaker.retryIn(), told]).toEqual(['closed', 0, []]);
    fail(1);
    expect([breaker.state, breaker.retryIn(), told]).toEqual(['open', 2_000, ['opened']]);
  });

  test('lets one trial through after a while; its answer closes it, its failure does not', () => {
    const { breaker, told, fail, pass } = start();
    fail(2);
    pass(1_999);
    expect(breaker.retryIn()).toBe(1);
    pass(1);
    expect(breaker.retryIn()).toBe(0);
    const failing = breaker.begin();
    expect([breaker.state, breaker.retryIn()]).toEqual(['half-open', 2_000]);
    failing('failed');
    expect([breaker.state, breaker.retryIn(), told]).toEqual(['open', 2_000, ['opened']]);
    pass(2_000);
    breaker.begin()('answered');
    expect([breaker.state, breaker.retryIn(), told]).toEqual(['closed', 0, ['opened', 'closed']]);
  });

  test('learns nothing from calls that began before it opened', () => {
    const { breaker, told, fail, pass } = start();
    const [early, late] = [breaker.begin(), breaker.begin()];
    fail(2);
    pass(1_000);
    early('failed');
    late('answered');
    expect([breaker.state, breaker.retryIn(), told]).toEqual(['open', 1_000, ['opened']]);
  });

  test('R14 a trial that hangs delays the next one by no more than any other', () => {
    const { breaker, told, fail, pass } = start();
    fail(2);
    pass(2_000);
    const hanging = breaker.begin();
    pass(1_999);
    expect(breaker.retryIn()).toBe(1);
    pass(1);
    expect(breaker.retryIn()).toBe(0);
    const second = breaker.begin();
    pass(1_000);
    hanging('failed');
    expect([breaker.state, breaker.retryIn()]).toEqual(['half-open', 1_000]);
    second('answered');
    expect(told).toEqual(['opened', 'closed']);
  });

  test('R14 any trial that is answered closes it: Clerk may take longer than there is between two trials', () => {
    const { breaker, told, fail, pass } = start();
    fail(2);
    pass(2_000);
    const slow = breaker.begin();
    pass(2_000);
    breaker.begin();
    pass(500);
    slow('answered');
    expect([breaker.state, told]).toEqual(['closed', ['opened', 'closed']]);
  });

  test('R14 once it has closed, failures of calls that began before do not open it', () => {
    const { breaker, told, fail, pass } = start();
    const before = [breaker.begin(), breaker.begin(), breaker.begin(), breaker.begin()];
    fail(2);
    pass(2_000);
    const hanging = breaker.begin();
    pass(2_000);
    breaker.begin()('answered');
    for (const end of [...before, hanging]) end('failed');
    expect([breaker.state, told]).toEqual(['closed', ['opened', 'closed']]);
    fail(2);
    expect(breaker.state).toBe('open');
  });

  test('R14 a trial that fails at its deadline, later than the next one is due, leaves that one due', () => {
    const { breaker, fail, pass } = start();
    fail(2);
    pass(2_000);
    const hanging = breaker.begin();
    pass(3_000);
    hanging('failed');
    expect([breaker.state, breaker.retryIn()]).toEqual(['open', 0]);
  });
});
