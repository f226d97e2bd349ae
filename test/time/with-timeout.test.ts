import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withTimeout } from '../../src/time/with-timeout.ts';

const timeout = () => new Error('timeout');

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a promise that settles in time keeps its outcome, and leaves no timer', async () => {
  await expect(withTimeout(Promise.resolve(5), 1_000, timeout)).resolves.toBe(5);
  await expect(withTimeout(Promise.reject(new Error('broken')), 1_000, timeout)).rejects.toThrow('broken');
  expect(vi.getTimerCount()).toBe(0);
});

test('a promise that settles too late rejects with the error of the timeout, and its later rejection is handled', async () => {
  const call = Promise.withResolvers<never>();
  const outcome = withTimeout(call.promise, 1_000, timeout).catch((error: Error) => error.message);
  await vi.advanceTimersByTimeAsync(999);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(await outcome).toBe('timeout');
  expect(vi.getTimerCount()).toBe(0);
  call.reject(new Error('too late'));
  await vi.advanceTimersByTimeAsync(1);
});

test('the timer does not keep the process alive', async () => {
  vi.useRealTimers();
  const timers = vi.spyOn(globalThis, 'setTimeout');
  const call = Promise.withResolvers<number>();
  const outcome = withTimeout(call.promise, 60_000, timeout);
  const [timer] = timers.mock.results.map(({ value }) => value as NodeJS.Timeout);
  expect(timer?.hasRef()).toBe(false);
  timers.mockRestore();
  call.resolve(1);
  await outcome;
});
