import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { webRuntime } from '../../src/runtime/web.ts';

const secret = 'a secret of at least 32 characters';

describe('the runtime without Node.js', () => {
  test('has the digests, secrets and keyed hashes of Node.js', () => {
    expect(webRuntime.digest('text')).toBe(nodeRuntime.digest('text'));
    expect(webRuntime.secretMatcher(['another secret', secret])(secret)).toBe(true);
    expect(webRuntime.createKeyedHash(secret).name('kind', 'text')).toBe(
      nodeRuntime.createKeyedHash(secret).name('kind', 'text'),
    );
  });

  test('schedules batches after the work of the present turn', async () => {
    const order: string[] = [];
    const loaded = new Promise<void>((resolve) => {
      webRuntime.scheduleBatch?.(() => {
        order.push('batch');
        resolve();
      });
    });
    await Promise.resolve().then(() => order.push('microtask'));
    await loaded;
    expect(order).toEqual(['microtask', 'batch']);
  });

  test('leaves RS256 to Clerk: Web Crypto cannot verify synchronously', () => {
    expect(webRuntime.readCompactJws).toBeUndefined();
  });
});
