import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withTimeout } from '../../src/time/with-timeout.ts';

const late = () => new Error('late');

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a call in time gives its outcome, and leaves no timer', async () => {
  await expect(withTimeout(Promise.resolve(5), 1_000, late)).resolves.toBe(5);
  await expect(withTimeout(Promise.reject(new Error('broken')), 1_000, late)).rejects.toThrow('broken');
  expect(vi.getTimerCount()).toBe(0);
});

test('a call that is late is given up at the deadline, and what becomes of it is nobody’s trouble', async () => {
  const call = Promise.withResolvers<never>();
  const outcome = withTimeout(call.promise, 1_000, late).catch((error: Error) => error.message);
  await vi.advanceTimersByTimeAsync(999);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(await outcome).toBe('late');
  expect(vi.getTimerCount()).toBe(0);
  call.reject(new Error('too late to matter'));
  await vi.advanceTimersByTimeAsync(1);
});
