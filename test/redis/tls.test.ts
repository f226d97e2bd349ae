import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SessionTokenDocument } from '../../src/client/generated/graphql.ts';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { leaksIn } from '../leaks/forbidden.ts';
import { newFolder, runCommand, startCommand } from '../support/command.ts';
import { postOperation } from '../support/post.ts';
import { freePort, hasRedis, type RedisServer, startRedis, withRedis } from '../support/redis-server.ts';

const hasOpenssl = process.env.CI === 'true' || spawnSync('openssl', ['version']).error === undefined;
const withOpenssl = hasOpenssl ? '' : ' (skipped: no openssl on this machine)';

/** Creates a self-signed certificate for loopback. */
async function certificate() {
  const folder = await newFolder({});
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'],
    ...['-keyout', key, '-out', cert, '-subj', '/CN=redis of a test'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'],
  ]);
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr}`);
  return { key, cert };
}

describe.skipIf(!hasRedis || !hasOpenssl)(`mintgate serve with rediss://${withRedis}${withOpenssl}`, () => {
  /** Starts a Redis with TLS, and the command with it. */
  async function use(
    trusts: boolean,
    then: (parts: {
      clerk: LocalClerk;
      redis: RedisServer;
      command: Awaited<ReturnType<typeof startCommand>>;
      /** Returns the line of `mintgate check` about Redis, in the same environment. */
      check: () => Promise<string>;
      ask: () => Promise<(string | undefined)[]>;
    }) => Promise<void>,
  ): Promise<void> {
    const { key, cert } = await certificate();
    const port = await freePort();
    const redis = await startRedis([
      ...['--tls-port', String(port), '--tls-cert-file', cert, '--tls-key-file', key],
      ...['--tls-ca-cert-file', cert, '--tls-auth-clients', 'no'],
    ]);
    const clerk = await startLocalClerk();
    try {
      await redis.client.config('SET', 'requirepass', 'open-sesame');
      const env = {
        CLERK_SECRET_KEY: clerk.secretKey,
        CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
        CLERK_API_URL: clerk.url,
        CLERK_AUTHORIZED_PARTIES: 'any',
        MINTGATE_TEMPLATES: 'hasura',
        HOST: '127.0.0.1',
        PORT: '0',
        REDIS_URL: `rediss://:open-sesame@127.0.0.1:${port}/1`,
        ...(trusts ? { NODE_EXTRA_CA_CERTS: cert } : {}),
      };
      const command = await startCommand(['serve'], { env });
      const check = async () => {
        const { stdout } = await runCommand(['check'], { env });
        return stdout.split('\n').find((line) => /redis/i.test(line)) ?? '';
      };
      const [, url = ''] = await command.seen(/"url":"([^"]+)"/);
      const ask = async () => {
        const session = clerk.controls.createSession({ userId: 'user_ada' });
        const token = await clerk.mintSessionToken(session);
        const { codes } = await postOperation(url, SessionTokenDocument, {
          variables: { template: 'hasura' },
          token,
        });
        return codes;
      };
      await then({ clerk, redis, command, check, ask });
      const output = command.output.stdout + command.output.stderr;
      expect([output.includes('sesame'), leaksIn(output)]).toEqual([false, []]);
    } finally {
      await Promise.all([clerk.close(), redis.close()]);
    }
  }

  test('connects with TLS, checks the certificate, and ends on SIGTERM', async () => {
    await use(true, async ({ redis, command, check, ask }) => {
      await command.seen(/Redis is connected/);
      expect(await check()).toMatch(
        /^ok {3}Redis: shares tokens, limits and revocations, with \d+ ms per operation$/,
      );
      await redis.client.select(1);
      await expect
        .poll(
          async () => {
            expect(await ask()).toEqual([]);
            return (await redis.client.keys('mintgate:*:token:*')).length;
          },
          { timeout: 10_000, interval: 100 },
        )
        .toBeGreaterThan(0);
      command.child.kill('SIGTERM');
      expect(await command.ended).toBe(0);
    });
  });

  test('does not use a Redis with an untrusted certificate, and logs the reason', async () => {
    await use(false, async ({ redis, command, check, ask }) => {
      expect(await check()).toMatch(
        /^fail REDIS_URL: .*CERT\w*\): its certificate is not trusted; set NODE_EXTRA/,
      );
      const [line] = await command.seen(/\{.*Redis is unavailable.*\}/);
      expect(JSON.parse(line)).toMatchObject({ level: 40, why: expect.stringMatching(/CERT/) });
      expect(await ask()).toEqual([]);
      await redis.client.select(1);
      expect(await redis.client.dbsize()).toBe(0);
    });
  });
});
