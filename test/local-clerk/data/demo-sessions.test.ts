import { expect, test } from 'vitest';
import { demoSessions } from '../../../src/local-clerk/data/demo-sessions.ts';

test('each session has a label that describes it', () => {
  const labels = demoSessions().map(({ label }) => label ?? '');
  expect(labels.every((label) => label.length > 10)).toBe(true);
  expect(new Set(labels).size).toBe(labels.length);
});

test('the sessions cover organizations, impersonation, pending and revoked', () => {
  const sessions = demoSessions();
  expect(sessions.some(({ last_active_organization_id }) => last_active_organization_id === 'org_acme')).toBe(
    true,
  );
  expect(sessions.some(({ actor }) => actor?.sub === 'user_support')).toBe(true);
  expect(new Set(sessions.map(({ status }) => status))).toEqual(new Set([undefined, 'pending', 'revoked']));
});
