import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  demoData,
  type LocalClerkData,
  type LocalClerkOptions,
  parseLocalClerkData,
  startLocalClerk,
} from '../../src/local-clerk/index.ts';
import { clerkFailure } from './clerk-failure.ts';
import { clerkClientFor, useLocalClerk } from './use-local-clerk.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

async function start(options?: LocalClerkOptions) {
  const local = await startLocalClerk(options);
  onTestFinished(() => local.close());
  return local;
}

describe('starting the local Clerk', () => {
  test('X09 is refused with NODE_ENV=production, a live key and another address than loopback', async () => {
    await expect(startLocalClerk({ host: '0.0.0.0' })).rejects.toThrow('does not listen on host');
    const secretKey = ['sk', 'live', 'abc123'].join('_');
    await expect(startLocalClerk({ secretKey })).rejects.toThrow('does not accept a live key');
    vi.stubEnv('NODE_ENV', 'production');
    await expect(startLocalClerk()).rejects.toThrow('does not start with NODE_ENV=production');
  });

  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['localhost', '127.0.0.1'],
  ])('on %s has a publishable key that encodes %s', async (host, name) => {
    const local = await start({ host });
    const { hostname, port } = new URL(local.url);
    expect([hostname, local.issuer]).toEqual([host, local.url]);
    expect(atob(local.publishableKey.replace('pk_test_', ''))).toBe(`${name}:${port}$`);
    expect((await fetch(`${local.url}/.well-known/jwks.json`)).status).toBe(200);
  });

  test('is refused for a port that is in use', async () => {
    const first = await start();
    const port = Number(new URL(first.url).port);
    await expect(startLocalClerk({ port })).rejects.toThrow('EADDRINUSE');
  });

  test('is refused for invalid data and for an invalid rate limit', async () => {
    const data = { users: [{ id: 5 }] } as unknown as LocalClerkData;
    await expect(startLocalClerk({ data })).rejects.toThrow('users[0].id');
    await expect(startLocalClerk({ rateLimit: { limit: -1, windowMs: 1 } })).rejects.toThrow('-1 as limit');
  });

  test('uses the secret key of the caller, or a new one', async () => {
    const secretKey = ['sk', 'test', 'mine'].join('_');
    const locals = await Promise.all([start({ secretKey }), start(), start()]);
    expect(locals[0].secretKey).toBe(secretKey);
    expect(locals[1].secretKey).not.toBe(locals[2].secretKey);
    expect(locals[1].jwtKey).not.toBe(locals[2].jwtKey);
  });

  test('uses the clock of the caller', async () => {
    const local = await start({ now: () => 0 });
    const [, payload = ''] = (await local.mintSessionToken('sess_ada')).split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({ iat: 0, exp: 60 });
  });
});

describe('warnings', () => {
  test('are passed on at the start and after a replacement, and describe the present data', async () => {
    const onWarning = vi.fn();
    const own = { name: 'own', custom_signing_key: true, signing_algorithm: 'ES256' };
    const local = await start({ data: { jwt_templates: [own] }, onWarning });
    expect(onWarning.mock.calls).toEqual([[expect.stringContaining('"own" (ES256)')]]);
    local.replaceData({ templates: [] } as LocalClerkData);
    expect(local.warnings).toEqual([expect.stringContaining('"templates", which is ignored')]);
    expect(onWarning.mock.lastCall).toEqual(local.warnings);
    local.replaceData(demoData());
    expect(local.warnings).toEqual([]);
    expect(onWarning).toHaveBeenCalledTimes(2);
  });
});

describe('closing', () => {
  test('may be repeated', async () => {
    const local = await startLocalClerk();
    await Promise.all([local.close(), local.close()]);
    await local.close();
    await expect(fetch(local.url)).rejects.toThrow();
  });

  test('ends requests that hang or wait', async () => {
    const local = await startLocalClerk();
    const clerk = clerkClientFor(local);
    local.controls.setLatency(60_000, 'GET /v1/users/{user_id}');
    local.controls.hang('POST /v1/sessions/{session_id}/tokens/{template_name}');
    const calls = [clerk.users.getUser('user_ada'), clerk.sessions.getToken('sess_ada', 'minimal')];
    const failures = Promise.all(calls.map(clerkFailure));
    await expect.poll(() => local.controls.requests()).toBe(2);
    await local.close();
    for (const failure of await failures) expect(failure).toMatchObject({ code: 'unexpected_error' });
  });
});

describe('replaced data', () => {
  const context = useLocalClerk();

  test('may be almost empty', async () => {
    context.local.replaceData({
      users: [{ id: 'user_x', name: 'Mary Ann Evans' }],
      sessions: [{ id: 'sess_x', user_id: 'user_x' }],
      jwt_templates: [{ name: 'plain' }],
    });
    const user = await context.clerk.users.getUser('user_x');
    expect(user).toMatchObject({ firstName: 'Mary', lastName: 'Ann Evans', emailAddresses: [] });
    await expect(context.clerk.sessions.getToken('sess_x', 'plain')).resolves.toHaveProperty('jwt');
  });

  test('may be the lists that Clerk’s API returned, plain or in pages', async () => {
    const { clerk, local } = context;
    const exported: Record<string, unknown> = {};
    for (const list of ['users', 'organizations', 'sessions', 'jwt_templates']) {
      const headers = { authorization: `Bearer ${local.secretKey}` };
      exported[list] = await (await fetch(`${local.url}/v1/${list}?limit=500`, { headers })).json();
    }
    const memberships = await Promise.all(
      ['org_acme', 'org_globex'].map((organizationId) =>
        clerk.organizations.getOrganizationMembershipList({ organizationId }),
      ),
    );
    exported.organization_memberships = memberships.flatMap((page) => page.data.map((entry) => entry.raw));
    exported.jwt_templates = { data: exported.jwt_templates, total_count: 6 };
    local.replaceData(parseLocalClerkData(exported));
    expect(local.sessions()).toHaveLength(7);
    expect(local.sessions().find(({ id }) => id === 'sess_ada_acme')?.organizationRole).toBe('org:admin');
    await expect(clerk.sessions.getToken('sess_ada_acme', 'reports')).resolves.toHaveProperty('jwt');
    await expect(clerk.sessions.getToken('sess_ada', 'nhost')).resolves.toHaveProperty('jwt');
    expect((await clerk.users.getUser('user_ada')).primaryEmailAddress?.emailAddress).toBe('ada@example.com');
  });

  test('may be only JWT templates, which are combined with the users of the demo data', async () => {
    const template = { object: 'jwt_template', id: 'jtmp_1', name: 'exported', claims: { plan: 'free' } };
    context.local.replaceData([template] as LocalClerkData);
    const { data: templates } = await context.clerk.jwtTemplates.list();
    expect(templates.map(({ id, name }) => [id, name])).toEqual([['jtmp_1', 'exported']]);
    await expect(context.clerk.sessions.getToken('sess_ada', 'exported')).resolves.toHaveProperty('jwt');
  });

  test('that are invalid do not replace the present data', () => {
    const data = { users: [{ id: 5 }] } as unknown as LocalClerkData;
    expect(() => context.local.replaceData(data)).toThrow('users[0].id');
    expect(context.local.sessions()).toHaveLength(7);
  });
});
