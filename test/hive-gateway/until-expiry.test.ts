import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { untilExpiry } from '../../src/hive-gateway/until-expiry.ts';

/** A stream whose values a test pushes. */
function pushStream() {
  const calls: PromiseWithResolvers<IteratorResult<number>>[] = [];
  let closed = 0;
  const iterator: AsyncIterator<number> = {
    next: () => {
      const call = Promise.withResolvers<IteratorResult<number>>();
      calls.push(call);
      return call.promise;
    },
    return: async () => {
      closed += 1;
      return { done: true, value: undefined };
    },
  };
  return { calls, closed: () => closed, stream: { [Symbol.asyncIterator]: () => iterator } };
}

describe('untilExpiry', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('passes values on until the time has passed', async () => {
    const { calls, stream, closed } = pushStream();
    const ending = untilExpiry(stream, 1_000);
    const first = ending.next();
    calls[0]?.resolve({ done: false, value: 1 });
    expect(await first).toEqual({ done: false, value: 1 });
    vi.advanceTimersByTime(1_000);
    expect(await ending.next()).toEqual({ done: true, value: undefined });
    expect(closed()).toBe(1);
  });

  test('H07 completes while it waits for a value, and closes the source', async () => {
    const { stream, closed } = pushStream();
    const ending = untilExpiry(stream, 1_000);
    const waiting = [ending.next(), ending.next()];
    vi.advanceTimersByTime(999);
    expect(closed()).toBe(0);
    vi.advanceTimersByTime(1);
    expect(await Promise.all(waiting)).toEqual(Array(2).fill({ done: true, value: undefined }));
    expect(closed()).toBe(1);
  });

  test('drops a value that arrives after the end', async () => {
    const { calls, stream } = pushStream();
    const ending = untilExpiry(stream, 1_000);
    const waiting = ending.next();
    vi.advanceTimersByTime(1_000);
    calls[0]?.resolve({ done: false, value: 1 });
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test('has no timer after the source or its reader has ended', async () => {
    const [one, other] = [pushStream(), pushStream()];
    const [ended, left] = [untilExpiry(one.stream, 1_000), untilExpiry(other.stream, 1_000)];
    const last = ended.next();
    one.calls[0]?.resolve({ done: true, value: undefined });
    expect(await last).toEqual({ done: true, value: undefined });
    await left.return?.();
    expect([vi.getTimerCount(), other.closed()]).toEqual([0, 1]);
  });

  test('passes an error on, and ends', async () => {
    const { calls, stream } = pushStream();
    const ending = untilExpiry(stream, 1_000);
    const failing = ending.next();
    calls[0]?.reject(new Error('lost'));
    await expect(failing).rejects.toThrow('lost');
    expect(await ending.next()).toEqual({ done: true, value: undefined });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends although its source fails to close, or cannot be closed', async () => {
    const failing = { next: () => new Promise<never>(() => {}), return: () => Promise.reject(new Error()) };
    const endless = { next: () => new Promise<never>(() => {}) };
    for (const iterator of [failing, endless]) {
      const ending = untilExpiry({ [Symbol.asyncIterator]: () => iterator }, 10);
      const waiting = ending.next();
      vi.advanceTimersByTime(10);
      expect(await waiting).toEqual({ done: true, value: undefined });
    }
  });

  test('ends a stream of a token that has expired already', async () => {
    const ending = untilExpiry(pushStream().stream, -5);
    const waiting = ending.next();
    vi.advanceTimersByTime(1);
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test('can be read by for await', async () => {
    const { calls, stream } = pushStream();
    const read: number[] = [];
    const reading = (async () => {
      for await (const value of untilExpiry(stream, 1_000)) read.push(value);
    })();
    calls[0]?.resolve({ done: false, value: 1 });
    await vi.advanceTimersByTimeAsync(1_000);
    await reading;
    expect(read).toEqual([1]);
  });
});
