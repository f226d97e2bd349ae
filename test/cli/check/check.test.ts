import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type LocalClerk, startLocalClerk } from '../../../src/local-clerk/index.ts';
import { newFolder, runCommand } from '../../support/command.ts';
import { startDeadServer } from '../../support/dead-server.ts';

let clerk: LocalClerk;
beforeEach(async () => {
  clerk = await startLocalClerk();
});
afterEach(() => clerk.close());

function check(more: Record<string, string> = {}, folder?: string) {
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
  test('tells the lifetime of each template, what is closed, and that the clocks agree', async () => {
    const { code, stdout, stderr } = await check();
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ok {3}configuration: complete/m);
    expect(stdout).toMatch(/^ok {3}Clerk: reached at http:\/\/127\.0\.0\.1:\d+ in \d+ ms$/m);
    expect(stdout).toMatch(
      /^ok {3}clock: this machine's agrees with Clerk's, as far as whole seconds tell$/m,
    );
    expect(stdout).toMatch(/^ok {3}template hasura: lives 60 s$/m);
    expect(stdout).toMatch(/^ok {3}template short: lives 30 s$/m);
    expect(stdout).toMatch(/^note not configured, so not mintable: .*nhost/m);
    expect(stdout).not.toContain(clerk.secretKey);
  });

  test('fails for a Redis that cannot be reached, and says that the gateway would go on', async () => {
    const address = (await startDeadServer()).replace('http:', 'redis:');
    const { code, stdout } = await check({ REDIS_URL: address });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^fail REDIS_URL: Redis cannot be reached.*; the gateway would go on without it$/m,
    );
  });

  test('T11 does not fail for the template of the Firebase integration, which no list shows', async () => {
    const { code, stdout } = await check({ MINTGATE_TEMPLATES: 'hasura,integration_firebase' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^note template integration_firebase: cannot be checked/m);
  });

  test('fails for a template that Clerk does not have', async () => {
    const { code, stdout } = await check({ MINTGATE_TEMPLATES: 'hasura,ghost' });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^fail template ghost: configured, but Clerk has none of this name$/m);
  });

  test('fails for a template whose tokens would all be refused, by the life that is asked for', async () => {
    const folder = await newFolder({
      'mintgate.config.ts':
        'export default { templates: { nhost: { maxLifetime: 60 }, firebase: { lifetime: 120 } } };',
    });
    const { code, stdout } = await check({ MINTGATE_TEMPLATES: '' }, folder);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^ok {3}configuration: complete, from the environment and \S+mintgate\.config\.ts, for a test/m,
    );
    expect(stdout).toMatch(/^fail template nhost: lives 900 s, more than its maxLifetime of 60 s/m);
    expect(stdout).toMatch(/^ok {3}template firebase: lives 120 s$/m);
  });

  test('tells whether the public key is one of the instance', async () => {
    const own = await check({ CLERK_JWT_KEY: clerk.jwtKey });
    expect(own.code).toBe(0);
    expect(own.stdout).toMatch(/^ok {3}CLERK_JWT_KEY: is a key of this instance$/m);
    const other = await startLocalClerk();
    const foreign = await check({ CLERK_JWT_KEY: other.jwtKey });
    await other.close();
    expect(foreign.code).toBe(1);
    expect(foreign.stdout).toMatch(/^fail CLERK_JWT_KEY: is no key of this instance/m);
  });

  test('tells whether the publishable key is one of the instance', async () => {
    const host = new URL(clerk.url).host;
    expect((await check()).stdout).toMatch(
      new RegExp(`^ok {3}CLERK_PUBLISHABLE_KEY: names ${host}, a Frontend API of this instance$`, 'm'),
    );
    const other = await startLocalClerk();
    onTestFinished(() => other.close());
    const foreign = await check({ CLERK_PUBLISHABLE_KEY: other.publishableKey });
    expect(foreign.code).toBe(1);
    const named = new URL(other.url).host;
    expect(foreign.stdout).toMatch(
      new RegExp(
        `^fail CLERK_PUBLISHABLE_KEY: names ${named}, but the instance of CLERK_SECRET_KEY has ${host}: `,
        'm',
      ),
    );
  });

  test.each<[string, { status: number; body?: unknown }, string]>([
    ['does not list its domains', { status: 404 }, 'Clerk does not list its domains (status 404)'],
    ['lists none', { status: 200, body: { data: [], total_count: 0 } }, 'Clerk lists no domain of it'],
    [
      'answers nonsense',
      { status: 200, body: '<html>' },
      'Clerk does not list its domains (no usable answer)',
    ],
  ])(
    'says that the publishable key is not compared where Clerk %s, and passes',
    async (_what, answer, why) => {
      clerk.controls.answerAlways(answer, 'GET /v1/domains');
      const { code, stdout } = await check();
      expect(code).toBe(0);
      expect(stdout).toContain(`is not known: ${why}\n`);
    },
  );

  test("warns about templates: '*', and lists them all", async () => {
    const { code, stdout } = await check({ MINTGATE_TEMPLATES: '*' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^warn templates: '\*'/m);
    expect(stdout).toMatch(/template nhost: lives 900 s/);
  });

  test('warns about a template of the instance whose name cannot be asked for', async () => {
    clerk.replaceData({ jwt_templates: [{ name: 'my template' }] });
    const { code, stdout } = await check({ MINTGATE_TEMPLATES: '*' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^warn template "my template": not for Mintgate: a name is 1 to 64 letters/m);
  });

  test('X21 warns about a variable that looks like a setting and is none, and passes', async () => {
    const { code, stdout } = await check({
      MINTGATE_IMAGE: 'mintgate:2',
      MINTGATE_PORT: 'tcp://10.0.0.1:4000',
    });
    expect(code).toBe(0);
    expect(stdout.match(/^warn .*$/gm)).toEqual([
      expect.stringMatching(/^warn MINTGATE_IMAGE: there is no such setting, and it is ignored/),
    ]);
  });

  test('fails when the clocks differ by more than session tokens bear', async () => {
    const ahead = new Date(Date.now() + 90_000).toUTCString();
    const body = { keys: [] };
    clerk.controls.answerAlways({ status: 200, body, headers: { date: ahead } }, 'GET /v1/jwks');
    const { code, stdout } = await check();
    expect(code).toBe(1);
    // The date is fixed before the command starts, which may take its time.
    const behind = /^fail clock: this machine's is (\d+) s behind Clerk's$/m.exec(stdout)?.[1];
    expect(Number(behind)).toBeGreaterThan(30);
    expect(Number(behind)).toBeLessThan(92);
  });

  test('fails with one line for a wrong key', async () => {
    const { code, stderr } = await check({ CLERK_SECRET_KEY: `${clerk.secretKey}x` });
    expect(code).toBe(1);
    expect(stderr).toBe(
      'mintgate: CLERK_SECRET_KEY: Clerk refuses it. Copy it again from Clerk Dashboard: Configure, API keys.\n',
    );
  });

  test('M14 does not blame the secret key for a 401 of a proxy', async () => {
    const page = { status: 401, body: '<html>', headers: { 'content-type': 'text/html' } };
    clerk.controls.answerAlways(page, 'GET /v1/jwks');
    const keySet = await check();
    expect(keySet.code).toBe(1);
    expect(keySet.stderr).toMatch(/^mintgate: CLERK_API_URL: .* answers with status 401\n$/);
    clerk.controls.reset();
    clerk.controls.answerAlways(page, 'GET /v1/jwt_templates');
    const templates = await check();
    expect(templates.code).toBe(1);
    expect(templates.stderr).toBe('mintgate: Clerk does not list its JWT templates (status 401)\n');
  });

  test('fails with one line when nothing answers', async () => {
    const address = await startDeadServer();
    const { code, stderr } = await check({ CLERK_API_URL: address });
    expect(code).toBe(1);
    expect(stderr).toBe(
      `mintgate: CLERK_API_URL: nothing answers at ${address}; check the address and the network\n`,
    );
  });

  test('fails with one line for an address that answers, but not as Clerk', async () => {
    clerk.controls.answerAlways({ status: 200, body: '<html>' }, 'GET /v1/jwks');
    const { code, stderr } = await check();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^mintgate: CLERK_API_URL: .* does not answer with a key set; is it Clerk\?\n$/);
  });

  test('fails with one line for an address that is not Clerk', async () => {
    const { code, stderr } = await check({ CLERK_API_URL: `${clerk.url}/elsewhere` });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^mintgate: CLERK_API_URL: .* answers with status 404\n$/);
  });
});
