import { expect, test } from 'vitest';
import { listSessions } from '../../src/local-clerk/list-sessions.ts';
import { createTestInstance } from './test-instance.ts';

test('sessions are described for a developer, in the order of the data', async () => {
  const sessions = listSessions(await createTestInstance());
  expect(sessions.map(({ id }) => id)).toEqual([
    'sess_ada',
    'sess_ada_acme',
    'sess_ada_globex',
    'sess_grace_acme',
    'sess_grace_impersonated',
    'sess_grace_pending',
    'sess_grace_revoked',
  ]);
  expect(sessions[1]).toEqual({
    id: 'sess_ada_acme',
    userId: 'user_ada',
    organizationId: 'org_acme',
    organizationRole: 'org:admin',
    status: 'active',
    actor: null,
    label: 'Ada, admin of Acme: may read and write reports, read invoices',
  });
});

test('a session without an organization has neither organization nor role', async () => {
  const [session] = listSessions(await createTestInstance());
  expect(session).toMatchObject({ organizationId: null, organizationRole: null });
});

test('the status follows the clock of the instance', async () => {
  const instance = await createTestInstance();
  instance.clock.advance(8 * 86_400_000);
  expect(listSessions(instance)[0]?.status).toBe('expired');
});
