import { expect, test } from 'vitest';
import { sessionTitle } from '../../../src/cli/dev/session-title.ts';
import { demoSession } from './demo-worlds.ts';

const inAcme = { organizationId: 'org_acme', organizationName: 'Acme', organizationRole: 'org:admin' };

test.each([
  ['No organization', {}],
  ['Acme admin', inAcme],
  ['Acme', { ...inAcme, organizationRole: null }],
  ['org_acme billing', { ...inAcme, organizationName: null, organizationRole: 'billing' }],
  ['Impersonated by Sam', { actorName: 'Sam' }],
  ['Impersonated by Sam, Acme admin', { ...inAcme, actorName: 'Sam' }],
  ['Pending', { status: 'pending' as const }],
  ['Revoked', { status: 'revoked' as const, actorName: 'Sam' }],
  ['Expired, Acme admin', { ...inAcme, status: 'expired' as const }],
])('%s is the title of a session with %j', (title, change) => {
  expect(sessionTitle(demoSession(change))).toBe(title);
});
