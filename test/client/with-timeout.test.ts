import { describe, expect, test, vi } from 'vitest';
import { withTimeout } from '../../src/client/with-timeout.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { during } = useFakeTime();

describe('withTimeout', () => {
  test('settles as the promise does, and leaves no timer', async () => {
    const reason = new Error('failed');
    await expect(withTimeout(Promise.resolve('done'), 1000)).resolves.toBe('done');
    await expect(withTimeout(Promise.reject(reason), 1000)).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('rejects with NETWORK_ERROR after its time', async () => {
    await expect(during(1, withTimeout(new Promise(() => {}), 1000))).rejects.toMatchObject({
      name: 'TokenError',
      code: 'NETWORK_ERROR',
      message: 'No answer within 1000 ms.',
    });
  });
});
