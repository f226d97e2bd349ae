import { describe, expect, test } from 'vitest';
import { waitUntilOf } from '../../src/runtime/wait-until.ts';

describe('waitUntilOf', () => {
  test.each([undefined, null, {}, { waitUntil: 5 }, { req: {}, res: {} }, 'text'])(
    'is undefined for the host context %j',
    (hostContext) => {
      expect(waitUntilOf(hostContext)).toBeUndefined();
    },
  );

  test('calls waitUntil of the host context as a method, as Workers require', () => {
    const works: Promise<unknown>[] = [];
    const hostContext = {
      waitUntil(this: unknown, work: Promise<unknown>) {
        expect(this).toBe(hostContext);
        works.push(work);
      },
    };
    waitUntilOf(hostContext)?.(Promise.resolve());
    expect(works).toHaveLength(1);
  });

  test('hands over work that does not reject', async () => {
    const works: Promise<unknown>[] = [];
    const hostContext = { waitUntil: (work: Promise<unknown>) => void works.push(work) };
    waitUntilOf(hostContext)?.(Promise.reject(new Error('failed')));
    await expect(works[0]).resolves.toBeUndefined();
  });

  test('ignores a host context that throws: its request has ended', () => {
    const hostContext = {
      waitUntil() {
        throw new Error('the request has ended');
      },
    };
    expect(() => waitUntilOf(hostContext)?.(Promise.resolve())).not.toThrow();
  });
});
