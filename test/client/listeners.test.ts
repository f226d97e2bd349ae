import { afterEach, describe, expect, test, vi } from 'vitest';
import type { TokenChange } from '../../src/client/index.ts';
import { useFakeTime } from '../support/fake-time.ts';
import { useSources } from './fake-gateway.ts';

const { pass, during } = useFakeTime();
const start = useSources();
afterEach(() => {
  vi.restoreAllMocks();
});

describe('a listener', () => {
  test('is called for each token, and keeps it renewed without calls', async () => {
    const { gateway, source } = start();
    const changes: TokenChange[] = [];
    source.subscribe((change) => changes.push(change));
    await pass(60);
    // Nothing begins before the first call.
    expect(gateway.requests).toEqual([]);
    await during(1, source.getToken());
    await pass(134);
    expect(changes).toEqual(['token-1', 'token-2', 'token-3'].map((token) => ({ token, error: null })));
  });

  test('that is added after the renewal was due starts it at once', async () => {
    const { source } = start();
    await during(1, source.getToken());
    await pass(50);
    const changes: TokenChange[] = [];
    source.subscribe((change) => changes.push(change));
    await pass(1);
    expect(changes).toEqual([{ token: 'token-2', error: null }]);
  });

  test('is not called after it was removed', async () => {
    const { gateway, source } = start();
    const listener = vi.fn();
    const unsubscribe = source.subscribe(listener);
    await during(1, source.getToken());
    unsubscribe();
    unsubscribe();
    await pass(3600);
    expect(listener).toHaveBeenCalledOnce();
    expect(gateway.requests).toHaveLength(1);
  });

  test('that is added twice is called twice', async () => {
    const { source } = start();
    const listener = vi.fn();
    const [first] = [source.subscribe(listener), source.subscribe(listener)];
    first();
    await during(1, source.getToken());
    expect(listener).toHaveBeenCalledOnce();
  });

  test('may remove and add listeners while it is called', async () => {
    const { source } = start();
    const [ended, added] = [vi.fn(), vi.fn()];
    const unsubscribe = source.subscribe(() => {
      endOther();
      unsubscribe();
      source.subscribe(added);
    });
    const endOther = source.subscribe(ended);
    await during(1, source.getToken());
    expect([ended, added].map(({ mock }) => mock.calls)).toEqual([[], []]);
    await during(1, source.getToken({ forceRefresh: true }));
    expect(added).toHaveBeenCalledOnce();
  });

  test('may call the source while it is called', async () => {
    const { gateway, source } = start();
    const seen: Promise<string | null>[] = [];
    source.subscribe(() => void seen.push(source.getToken()));
    await during(1, source.getToken());
    expect(await Promise.all(seen)).toEqual(['token-1']);
    expect(gateway.requests).toHaveLength(1);
  });

  test('that throws stops neither the source nor other listeners, and its error is reported', async () => {
    const reported = vi.spyOn(console, 'error').mockReturnValue();
    const { source } = start();
    const mistake = new Error('a mistake of the app');
    source.subscribe(() => {
      throw mistake;
    });
    const other = vi.fn();
    source.subscribe(other);
    expect(await during(1, source.getToken())).toBe('token-1');
    expect(other).toHaveBeenCalledOnce();
    expect(reported.mock.calls).toEqual([[mistake]]);
  });

  test('that throws is reported by reportError, where the platform has it', async () => {
    const reported = vi.fn();
    vi.stubGlobal('reportError', reported);
    try {
      const { source } = start();
      const mistake = new Error('a mistake of the app');
      source.subscribe(() => {
        throw mistake;
      });
      await during(1, source.getToken());
      expect(reported).toHaveBeenCalledExactlyOnceWith(mistake);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
