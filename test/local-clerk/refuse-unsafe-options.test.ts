import { afterEach, describe, expect, test, vi } from 'vitest';
import { startLocalClerk } from '../../src/local-clerk/index.ts';
import { isLoopback, isLoopbackAuthority } from '../../src/runtime/loopback.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('starting the local Clerk', () => {
  test.each(['production', 'PRODUCTION', 'Production', ' production', 'production ', 'production\r'])(
    'X09 refuses to start with NODE_ENV=%j',
    async (nodeEnv) => {
      vi.stubEnv('NODE_ENV', nodeEnv);
      await expect(startLocalClerk()).rejects.toThrow('NODE_ENV=production');
    },
  );

  test.each(['development', 'test', '', 'preproduction'])('starts with NODE_ENV=%j', async (nodeEnv) => {
    vi.stubEnv('NODE_ENV', nodeEnv);
    await (await startLocalClerk()).close();
  });

  test('X09 refuses a live secret key and does not repeat it', async () => {
    const secretKey = ['sk', 'live', 'abc123'].join('_');
    const refusal = startLocalClerk({ secretKey });
    await expect(refusal).rejects.toThrow('does not accept a live key as secretKey');
    await expect(refusal).rejects.not.toThrow('abc123');
  });

  test.each(['not-a-key', 'pk_test_x', 'sk_test_with space', ''])(
    'X09 refuses %j as a secret key',
    async (secretKey) => {
      await expect(startLocalClerk({ secretKey })).rejects.toThrow('sk_test_');
    },
  );

  test.each(['0.0.0.0', '::', '192.168.1.10', 'example.com', '', '127.0.0.1.example.com', '1270.0.0.1'])(
    'X09 refuses to listen on %j',
    async (host) => {
      await expect(startLocalClerk({ host })).rejects.toThrow('does not listen on host');
    },
  );

  test('listens on localhost by name', async () => {
    const local = await startLocalClerk({ host: 'localhost' });
    try {
      expect(local.url).toMatch(/^http:\/\/localhost:\d+$/);
      expect((await fetch(`${local.url}/.well-known/jwks.json`)).status).toBe(200);
    } finally {
      await local.close();
    }
  });

  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.8.9.10', '127.8.9.10'],
    ['localhost', '127.0.0.1'],
  ])('on %s has a publishable key that names %s', async (host, name) => {
    const local = await startLocalClerk({ host });
    try {
      const { port } = new URL(local.url);
      expect(atob(local.publishableKey.replace('pk_test_', ''))).toBe(`${name}:${port}$`);
    } finally {
      await local.close();
    }
  });

  test('says so when the port is taken', async () => {
    const first = await startLocalClerk();
    try {
      await expect(startLocalClerk({ port: Number(new URL(first.url).port) })).rejects.toThrow('EADDRINUSE');
    } finally {
      await first.close();
    }
  });

  test('takes a secret key of the caller, and makes a new one for each start otherwise', async () => {
    const secretKey = ['sk', 'test', 'mine'].join('_');
    const locals = await Promise.all([startLocalClerk({ secretKey }), startLocalClerk(), startLocalClerk()]);
    try {
      expect(locals[0].secretKey).toBe(secretKey);
      expect(locals[1].secretKey).not.toBe(locals[2].secretKey);
      expect(locals[1].jwtKey).not.toBe(locals[2].jwtKey);
    } finally {
      await Promise.all(locals.map((local) => local.close()));
    }
  });

  test('closes twice without complaint', async () => {
    const local = await startLocalClerk();
    await Promise.all([local.close(), local.close()]);
    await local.close();
    await expect(fetch(local.url)).rejects.toThrow();
  });
});

describe('loopback names', () => {
  test.each(['localhost', 'LOCALHOST', '127.0.0.1', '127.255.0.3', '::1', '[::1]'])(
    '%s is loopback',
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );

  test.each(['localhost.example.com', '128.0.0.1', '127.1', 'x127.0.0.1', '[::2]', ''])(
    '%j is not',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );

  test('a Host header may carry a port', () => {
    expect(isLoopbackAuthority('localhost:3000')).toBe(true);
    expect(isLoopbackAuthority('[::1]:3000')).toBe(true);
    expect(isLoopbackAuthority('example.com:80')).toBe(false);
  });
});
