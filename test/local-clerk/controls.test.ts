import { describe, expect, test } from 'vitest';
import { clerkFailure } from './clerk-failure.ts';
import { clerkClientFor, useLocalClerk } from './use-local-clerk.ts';

const mintEndpoint = 'POST /v1/sessions/{session_id}/tokens/{template_name}';
const userEndpoint = 'GET /v1/users/{user_id}';

const context = useLocalClerk();
const mint = (template = 'minimal') => context.clerk.sessions.getToken('sess_ada', template);
const getUser = () => context.clerk.users.getUser('user_ada');

describe('the controls of requests', () => {
  test('count them by endpoint until a reset', async () => {
    const { controls } = context.local;
    await Promise.all([mint(), mint('hasura'), getUser()]);
    await clerkFailure(mint('nowhere'));
    expect([controls.requests(mintEndpoint), controls.requests()]).toEqual([3, 4]);
    expect(controls.requestCounts()).toMatchObject({ [mintEndpoint]: 3, [userEndpoint]: 1, unmatched: 0 });
    controls.resetRequests();
    expect(controls.requests()).toBe(0);
  });

  test('force one answer or several, even malformed ones', async () => {
    const { controls } = context.local;
    const json = { 'content-type': 'application/json' };
    const charset = { 'content-type': 'application/json; charset=utf-8' };
    controls.answerNext({ status: 503, body: { errors: [{ code: 'maintenance_mode' }] } }, mintEndpoint);
    controls.answerNext(
      [
        { status: 502, body: '<html>', headers: { 'content-type': 'text/html' } },
        { status: 200, body: '{oops', headers: json },
        { status: 200, body: { object: 'token', jwt: '' } },
        { status: 200, body: {}, headers: charset },
      ],
      mintEndpoint,
    );
    expect(await clerkFailure(mint())).toMatchObject({ status: 503, code: 'maintenance_mode' });
    expect(await clerkFailure(mint())).toMatchObject({ status: 502, code: undefined });
    expect(await clerkFailure(mint())).toMatchObject({ status: undefined, code: 'unexpected_error' });
    expect(await mint()).toEqual({ jwt: '' });
    expect(await mint()).toBe('{}');
    await expect(mint()).resolves.toHaveProperty('jwt');
  });

  test('force an answer until it is removed', async () => {
    const { controls } = context.local;
    controls.answerAlways({ status: 500 });
    expect(await clerkFailure(getUser())).toMatchObject({ status: 500 });
    controls.answerAlways(null);
    await expect(getUser()).resolves.toHaveProperty('id');
  });

  test('hold them until they are released', async () => {
    const { controls } = context.local;
    const release = controls.hang(mintEndpoint);
    const pending = [mint(), mint()];
    await expect.poll(() => controls.requests(mintEndpoint)).toBe(2);
    await getUser();
    release();
    await expect(Promise.all(pending)).resolves.toHaveLength(2);
  });

  test('reset faults, rate limit, clock and counts at once', async () => {
    const { controls } = context.local;
    controls.hang();
    controls.setLatency(60_000);
    controls.answerAlways({ status: 500 }, userEndpoint);
    controls.setRateLimit({ limit: 0, windowMs: 1000 });
    controls.setClock(0);
    const pending = mint();
    await expect.poll(() => controls.requests(mintEndpoint)).toBe(1);
    controls.reset();
    expect(controls.requests()).toBe(0);
    await expect(pending).resolves.toHaveProperty('jwt');
    await expect(getUser()).resolves.toHaveProperty('id');
  });
});

describe('the controls of data', () => {
  test('accept a further secret key, and refuse one, as in a rotation', async () => {
    const { local } = context;
    const { controls, secretKey } = local;
    const codeWith = async (key: string) => {
      const call = clerkClientFor({ ...local, secretKey: key }).sessions.getToken('sess_ada', 'minimal');
      return call.then(
        () => 'accepted',
        (error: { errors: { code: string }[] }) => error.errors[0]?.code,
      );
    };
    const added = controls.addSecretKey();
    expect(added).toMatch(/^sk_test_\w{27}$/);
    expect([await codeWith(secretKey), await codeWith(added)]).toEqual(['accepted', 'accepted']);
    controls.removeSecretKey(secretKey);
    expect([await codeWith(secretKey), await codeWith(added)]).toEqual(['clerk_key_invalid', 'accepted']);
    expect(local.secretKey).toBe(secretKey);
    controls.reset();
    expect([await codeWith(secretKey), await codeWith(added)]).toEqual(['accepted', 'clerk_key_invalid']);
  });

  test('create a session at once', async () => {
    const id = context.local.controls.createSession({
      userId: 'user_grace',
      organizationId: 'org_globex',
      actor: { sub: 'user_support' },
    });
    const session = await context.clerk.sessions.getSession(id);
    expect(session).toMatchObject({ lastActiveOrganizationId: 'org_globex', actor: { sub: 'user_support' } });
  });

  test('set the active organization of a session, and remove it', () => {
    const { controls } = context.local;
    const organization = () => context.local.sessions()[0]?.organizationId;
    controls.setActiveOrganization('sess_ada', 'org_globex');
    expect(organization()).toBe('org_globex');
    controls.setActiveOrganization('sess_ada', null);
    expect(organization()).toBeNull();
  });

  test('set a status, which the dates of the session can still end', () => {
    const { controls } = context.local;
    const status = () => context.local.sessions()[0]?.status;
    controls.setSessionStatus('sess_ada', 'pending');
    expect(status()).toBe('pending');
    controls.advanceClock(8 * 86_400_000);
    expect(status()).toBe('expired');
  });

  test('ban a user and lift the ban', () => {
    const { controls } = context.local;
    controls.banUser('user_ada');
    controls.unbanUser('user_ada');
    expect(context.local.sessions()[0]?.status).toBe('revoked');
    expect(controls.createSession({ userId: 'user_ada' })).toMatch(/^sess_/);
  });

  test('change a role without its permissions, or with them', async () => {
    const membership = async () => {
      const { data } = await context.clerk.users.getOrganizationMembershipList({ userId: 'user_grace' });
      const found = data.find((entry) => entry.organization.id === 'org_acme');
      return { role: found?.role, permissions: found?.permissions };
    };
    const { controls } = context.local;
    controls.setRole('user_grace', 'org_acme', 'auditor');
    expect(await membership()).toEqual({ role: 'org:auditor', permissions: ['org:reports:read'] });
    controls.setRole('user_grace', 'org_acme', 'org:admin', ['invoices:pay']);
    expect(await membership()).toEqual({ role: 'org:admin', permissions: ['org:invoices:pay'] });
    expect(() => controls.setRole('user_grace', 'org_acme', 'admin', ['read'])).toThrow('permission');
    expect(await membership()).toEqual({ role: 'org:admin', permissions: ['org:invoices:pay'] });
  });

  test('refuse invalid values in one sentence', () => {
    const { controls } = context.local;
    const status = 'asleep' as 'ended';
    expect(() => controls.setSessionStatus('sess_ada', status)).toThrow(
      /^The local Clerk cannot use status: .*$/,
    );
    expect(() => controls.createSession({ userId: 'user_ada', status })).toThrow(
      /^The local Clerk cannot use session.status: .*$/,
    );
    expect(() => controls.setRole('user_grace', 'org_acme', 'a b')).toThrow(
      'The local Clerk cannot use role: expected a role such as org:admin',
    );
  });

  test('refuse unknown ids by name', () => {
    const { controls } = context.local;
    expect(() => controls.setSessionStatus('sess_none', 'ended')).toThrow('no session "sess_none"');
    expect(() => controls.setActiveOrganization('sess_ada', 'org_none')).toThrow(
      'no membership of user "user_ada" in organization "org_none"',
    );
    expect(() => controls.setRole('user_support', 'org_acme', 'admin')).toThrow(
      'no membership of user "user_support"',
    );
    expect(() => controls.banUser('user_none')).toThrow('no user "user_none"');
    expect(() => controls.unbanUser('user_none')).toThrow('no user "user_none"');
    expect(() => controls.createSession({ userId: 'user_none' })).toThrow('no user "user_none"');
  });
});
