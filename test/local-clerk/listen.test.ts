import { describe, expect, test } from 'vitest';
import { listen } from '../../src/local-clerk/listen.ts';

const answer = () => new Response('here');

describe('a listener', () => {
  test('answers at its address, on a free port for port 0', async () => {
    const listener = await listen(answer, '127.0.0.1', 0);
    try {
      expect(listener.url).toBe(`http://127.0.0.1:${listener.port}`);
      expect(await (await fetch(listener.url)).text()).toBe('here');
    } finally {
      await listener.close();
    }
  });

  test('keeps the name of its host in the address', async () => {
    const listener = await listen(answer, 'localhost', 0);
    await listener.close();
    expect(listener.url).toBe(`http://localhost:${listener.port}`);
  });

  test('does not replace the global Request and Response', async () => {
    const globals = [globalThis.Request, globalThis.Response];
    await (await listen(answer, '127.0.0.1', 0)).close();
    expect([globalThis.Request, globalThis.Response]).toEqual(globals);
  });

  test('is refused a port that is in use', async () => {
    const first = await listen(answer, '127.0.0.1', 0);
    try {
      await expect(listen(answer, '127.0.0.1', first.port)).rejects.toThrow('EADDRINUSE');
    } finally {
      await first.close();
    }
  });

  test('closes open connections, and then refuses new ones', async () => {
    const { promise: arrived, resolve } = Promise.withResolvers<void>();
    const listener = await listen(
      () => {
        resolve();
        return new Promise<Response>(() => {});
      },
      '127.0.0.1',
      0,
    );
    const failed = expect(fetch(listener.url)).rejects.toThrow();
    await arrived;
    await listener.close();
    await failed;
    await expect(fetch(listener.url)).rejects.toThrow();
  });
});
