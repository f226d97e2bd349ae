import { describe, expect, test } from 'vitest';
import { newFolder, runCommand } from '../../support/command.ts';
import { startDeadServer } from '../../support/dead-server.ts';
import { useClerk } from '../use-clerk.ts';

const world = useClerk();

function check(more: Record<string, string> = {}, folder?: string) {
  const { clerk } = world;
  const env = {
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_API_URL: clerk.url,
    CLERK_AUTHORIZED_PARTIES: 'any',
    MINTGATE_TEMPLATES: 'hasura,short',
    ...more,
  };
  return runCommand(['check'], { env, ...(folder ? { folder } : {}) });
}

describe('mintgate check', () => {
  test('passes for a configuration that matches the instance, with a line for each finding', async () => {
    const { clerk } = world;
    const { code, stdout, stderr } = await check({ CLERK_JWT_KEY: clerk.jwtKey });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.trim().split('\n')).toEqual([
      expect.stringMatching(/^ok {3}configuration: complete, from the environment, for a test instance$/),
      expect.stringMatching(/^ok {3}Clerk: reached at http:\/\/127\.0\.0\.1:\d+ in \d+ ms$/),
      expect.stringMatching(/^ok {3}clock: agrees with Clerk's/),
      expect.stringMatching(/^ok {3}CLERK_PUBLISHABLE_KEY: names /),
      'ok   CLERK_JWT_KEY: is a key of this instance',
      'ok   template hasura: lifetime 60 s',
      'ok   template short: lifetime 30 s',
      expect.stringMatching(
        /^note templates of the instance that are not configured and cannot be minted: .*nhost/,
      ),
    ]);
    expect(stdout).not.toContain(clerk.secretKey);
  });

  test('fails for an unreachable Redis, and reports that the gateway runs without it', async () => {
    const address = (await startDeadServer()).replace('http:', 'redis:');
    const { code, stdout } = await check({ REDIS_URL: address });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^fail REDIS_URL: Redis cannot be reached.*; until this is fixed, the gateway runs without Redis$/m,
    );
    // The other findings are also printed.
    expect(stdout).toMatch(/^ok {3}template hasura/m);
  });

  test('fails for a template of the config file whose tokens would all be refused', async () => {
    const folder = await newFolder({
      'mintgate.config.ts': 'export default { templates: { nhost: { maxLifetime: 60 } } };',
    });
    const { code, stdout } = await check({ MINTGATE_TEMPLATES: '' }, folder);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^ok {3}configuration: complete, from the environment and \S+mintgate\.config\.ts, for a test/m,
    );
    expect(stdout).toMatch(/^fail template nhost: lifetime 900 s, more than its maxLifetime of 60 s/m);
  });

  test('passes with warnings and notes alone', async () => {
    const { code, stdout } = await check({ MINTGATE_TEMPLATES: 'integration_firebase' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^note template integration_firebase: /m);
  });

  test('X21 warns about an unknown variable that looks like a setting, and passes', async () => {
    const { code, stdout } = await check({
      MINTGATE_IMAGE: 'mintgate:2',
      MINTGATE_PORT: 'tcp://10.0.0.1:4000',
    });
    expect(code).toBe(0);
    expect(stdout.match(/^warn .*$/gm)).toEqual([expect.stringMatching(/^warn MINTGATE_IMAGE: /)]);
  });

  test('fails when the clocks differ by more than session tokens tolerate', async () => {
    const ahead = new Date(Date.now() + 90_000).toUTCString();
    const body = { keys: [] };
    world.clerk.controls.answerAlways({ status: 200, body, headers: { date: ahead } }, 'GET /v1/jwks');
    const { code, stdout } = await check();
    expect(code).toBe(1);
    // The date is fixed before the command starts, which may take a while.
    const behind = /^fail clock: is (\d+) s behind Clerk's: /m.exec(stdout)?.[1];
    expect(Number(behind)).toBeGreaterThan(30);
    expect(Number(behind)).toBeLessThan(92);
  });

  test('fails for a new secret key that Clerk refuses, while the old one is accepted, and quotes neither', async () => {
    const { secretKey } = world.clerk;
    const { code, stdout } = await check({ CLERK_SECRET_KEY: `${secretKey}x,${secretKey}` });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^fail CLERK_SECRET_KEY \(entry 1\): Clerk refuses this key: copy it again from /m,
    );
    expect(stdout).toMatch(/^ok {3}CLERK_SECRET_KEY \(entry 2\): Clerk accepts this key, and it mints$/m);
    expect(stdout).toMatch(/^ok {3}template hasura/m);
    expect(stdout).not.toContain(secretKey);
  });

  test('prints its earlier findings when Clerk does not list its templates', async () => {
    world.clerk.controls.answerAlways({ status: 500 }, 'GET /v1/jwt_templates');
    const { code, stdout, stderr } = await check();
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ok {3}clock: /m);
    expect(stdout).toMatch(/^ok {3}CLERK_PUBLISHABLE_KEY: /m);
    expect(stderr).toMatch(/^mintgate: CLERK_API_URL: Clerk does not list its JWT templates /);
  });

  test('fails with one line on standard error for a wrong key', async () => {
    const { code, stderr } = await check({ CLERK_SECRET_KEY: `${world.clerk.secretKey}x` });
    expect([code, stderr]).toEqual([
      1,
      'mintgate: CLERK_SECRET_KEY: Clerk refuses this key: copy it again from Clerk Dashboard: Configure, API keys\n',
    ]);
  });
});
