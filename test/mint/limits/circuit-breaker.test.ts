import { describe, expect, test } from 'vitest';
import { createCircuitBreaker } from '../../../src/mint/limits/circuit-breaker.ts';

function start() {
  let now = 0;
  const events: string[] = [];
  const breaker = createCircuitBreaker({
    ...{ failureThreshold: 2, halfOpenAfterMs: 2_000 },
    onOpen: () => events.push('opened'),
    onClose: () => events.push('closed'),
    monotonicNow: () => now,
  });
  const fail = (times: number) => {
    for (let time = 0; time < times; time += 1) breaker.begin()('failed');
  };
  return { breaker, events, fail, pass: (milliseconds: number) => (now += milliseconds) };
}

describe('a circuit breaker', () => {
  test('opens after failures in a row, but not after failures between answers', () => {
    const { breaker, events, fail } = start();
    fail(1);
    breaker.begin()('answered');
    fail(1);
    expect([breaker.state, breaker.retryInMs(), events]).toEqual(['closed', 0, []]);
    fail(1);
    expect([breaker.state, breaker.retryInMs(), events]).toEqual(['open', 2_000, ['opened']]);
  });

  test('half-opens for one trial: an answer closes it, a failure opens it again', () => {
    const { breaker, events, fail, pass } = start();
    fail(2);
    pass(1_999);
    expect(breaker.retryInMs()).toBe(1);
    pass(1);
    expect(breaker.retryInMs()).toBe(0);
    const failing = breaker.begin();
    expect([breaker.state, breaker.retryInMs()]).toEqual(['half-open', 2_000]);
    failing('failed');
    expect([breaker.state, breaker.retryInMs(), events]).toEqual(['open', 2_000, ['opened']]);
    pass(2_000);
    breaker.begin()('answered');
    expect([breaker.state, breaker.retryInMs(), events]).toEqual(['closed', 0, ['opened', 'closed']]);
  });

  test('ignores calls that began before it opened', () => {
    const { breaker, events, fail, pass } = start();
    const [early, late] = [breaker.begin(), breaker.begin()];
    fail(2);
    pass(1_000);
    early('failed');
    late('answered');
    expect([breaker.state, breaker.retryInMs(), events]).toEqual(['open', 1_000, ['opened']]);
  });

  test('R14 a trial that hangs does not delay the next one', () => {
    const { breaker, events, fail, pass } = start();
    fail(2);
    pass(2_000);
    const hanging = breaker.begin();
    pass(1_999);
    expect(breaker.retryInMs()).toBe(1);
    pass(1);
    expect(breaker.retryInMs()).toBe(0);
    const second = breaker.begin();
    pass(1_000);
    hanging('failed');
    expect([breaker.state, breaker.retryInMs()]).toEqual(['half-open', 1_000]);
    second('answered');
    expect(events).toEqual(['opened', 'closed']);
  });

  test('R14 an older trial closes it too: Clerk may take longer than the time between two trials', () => {
    const { breaker, events, fail, pass } = start();
    fail(2);
    pass(2_000);
    const slow = breaker.begin();
    pass(2_000);
    breaker.begin();
    pass(500);
    slow('answered');
    expect([breaker.state, events]).toEqual(['closed', ['opened', 'closed']]);
  });

  test('R14 after it has closed, failures of older calls do not open it', () => {
    const { breaker, events, fail, pass } = start();
    const before = [breaker.begin(), breaker.begin(), breaker.begin(), breaker.begin()];
    fail(2);
    pass(2_000);
    const hanging = breaker.begin();
    pass(2_000);
    breaker.begin()('answered');
    for (const end of [...before, hanging]) end('failed');
    expect([breaker.state, events]).toEqual(['closed', ['opened', 'closed']]);
    fail(2);
    expect(breaker.state).toBe('open');
  });

  test('R14 a trial that fails after the next one is due does not postpone it', () => {
    const { breaker, fail, pass } = start();
    fail(2);
    pass(2_000);
    const hanging = breaker.begin();
    pass(3_000);
    hanging('failed');
    expect([breaker.state, breaker.retryInMs()]).toEqual(['open', 0]);
  });
});
