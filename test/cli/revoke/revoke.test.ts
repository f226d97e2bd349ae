import { describe, expect, test, vi } from 'vitest';
import { runCommand } from '../../support/command.ts';
import { useRedis } from '../../support/redis-gateways.ts';
import { freePort, hasRedis, withRedis } from '../../support/redis-server.ts';
import { serveEnv, sessionTokenOf, startServe } from '../serve-command.ts';
import { useClerk } from '../use-clerk.ts';

const world = useClerk();

const revoke = (args: string[], more: Record<string, string> = {}) =>
  runCommand(['revoke', ...args], { env: serveEnv(world.clerk, more) });

describe.skipIf(!hasRedis)(`mintgate revoke${withRedis}`, () => {
  const redis = useRedis();
  const cacheKeys = { old: 'a'.repeat(32), both: `${'b'.repeat(32)},${'a'.repeat(32)}` };
  const start = (cacheKey: string) =>
    startServe(serveEnv(world.clerk, { REDIS_URL: redis().url, MINTGATE_CACHE_KEY: cacheKey }));

  test('refuses a session in every instance, also in one with an older cache key', async () => {
    const gateways = await Promise.all([start(cacheKeys.old), start(cacheKeys.both)]);
    const [ada, other] = await Promise.all(
      ['sess_ada', 'sess_ada_globex'].map((session) => sessionTokenOf(world.clerk, session)),
    );
    for (const gateway of gateways) {
      await gateway.seen(/Redis is connected/);
      expect(await gateway.ask(ada ?? '')).toMatch(/^eyJ/);
    }
    const env = { REDIS_URL: redis().url, MINTGATE_CACHE_KEY: cacheKeys.both };
    const { code, stdout, stderr } = await revoke(['--session', 'sess_ada'], env);
    expect([code, stderr]).toEqual([0, '']);
    // On a busy machine, one may just be connecting again.
    expect(stdout).toMatch(
      /^session sess_ada: stored in Redis, where (?:1 instance listens|2 instances listen)\. Those that have one of these cache keys refuse it, for 10 minutes\.\n/,
    );
    expect(stdout).toMatch(/Revoke the session at Clerk as well: /);
    for (const gateway of gateways) {
      await vi.waitFor(async () => expect(await gateway.ask(ada ?? '')).toBe('UNAUTHENTICATED'), {
        timeout: 2_000,
      });
      expect(await gateway.ask(other ?? '')).toMatch(/^eyJ/);
    }
  });

  test('refuses the session tokens of a user up to now, in all sessions', async () => {
    const gateway = await start(cacheKeys.old);
    await gateway.seen(/Redis is connected/);
    const env = { REDIS_URL: redis().url, MINTGATE_CACHE_KEY: cacheKeys.old };
    const tokens = await Promise.all(
      ['sess_ada', 'sess_ada_globex'].map((session) => sessionTokenOf(world.clerk, session)),
    );
    const { code, stdout } = await revoke(['--user', 'user_ada'], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^user user_ada: stored in Redis, .* Those that have one of these cache keys refuse the session tokens that were issued up to now\.\n/,
    );
    expect(stdout).toMatch(/Ban or delete the user at Clerk as well: .* within 60 s/);
    for (const token of tokens) {
      await vi.waitFor(async () => expect(await gateway.ask(token)).toBe('UNAUTHENTICATED'), {
        timeout: 2_000,
      });
    }
  });

  test('says when no instance listens', async () => {
    const { code, stdout } = await revoke(['--session', 'sess_ada'], { REDIS_URL: redis().url });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^session sess_ada: stored in Redis, where 0 instances listen\./);
    expect(stdout).toMatch(/^No instance listens: if one runs, it uses another Redis/m);
  });

  test('fails when Redis does not store the revocation, and says why', async () => {
    const rights = ['~mintgate:*', '&mintgate:*', '+@all', '-@dangerous', '-hset'];
    await redis().client.acl('SETUSER', 'tester', 'on', '>secret', ...rights);
    const { code, stdout, stderr } = await revoke(['--session', 'sess_ada'], {
      REDIS_URL: redis().url.replace('//', '//tester:secret@'),
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^mintgate: REDIS_URL: Redis refuses to store the revocation \(NOPERM\): /);
    expect(stderr).toMatch(/the revocation may not be stored: revoke again\n$/);
    expect(stderr).not.toContain('secret@');
  });
});

describe('mintgate revoke refuses', () => {
  test('to go on without Redis', async () => {
    const { code, stdout, stderr } = await revoke(['--session', 'sess_ada']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^mintgate: REDIS_URL: is missing: mintgate revoke reaches the instances through/);
  });

  test('to report success while nothing listens', async () => {
    const { code, stdout, stderr } = await revoke(['--user', 'user_ada'], {
      REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^mintgate: REDIS_URL: Redis cannot be reached \(ECONNREFUSED\)/);
  });

  test.each([
    [[], 'mintgate revoke: expected --session <id> or --user <id>'],
    [['--session', 'user_ada'], '--session: expected the id of a session at Clerk, which begins with sess_'],
  ])('the arguments %j', async (args, message) => {
    const { code, stdout, stderr } = await revoke(args);
    expect([code, stdout, stderr]).toEqual([1, '', `mintgate: ${message}\n`]);
  });
});
