import type { SessionData } from './session-data.ts';

/** Returns the sessions of the demo data: one for each situation that a gateway must handle. */
export const demoSessions = (): SessionData[] => [
  {
    id: 'sess_ada',
    user_id: 'user_ada',
    label: 'Ada without an organization: the plain case',
  },
  {
    id: 'sess_ada_acme',
    user_id: 'user_ada',
    last_active_organization_id: 'org_acme',
    label: 'Ada, admin of Acme: may read and write reports, read invoices',
  },
  {
    id: 'sess_ada_globex',
    user_id: 'user_ada',
    last_active_organization_id: 'org_globex',
    label: 'Ada, mere member of Globex: has no permissions',
  },
  {
    id: 'sess_grace_acme',
    user_id: 'user_grace',
    last_active_organization_id: 'org_acme',
    label: 'Grace, member of Acme: may read reports only',
  },
  {
    id: 'sess_grace_impersonated',
    user_id: 'user_grace',
    actor: { sub: 'user_support' },
    label: 'Grace, impersonated by Sam of support',
  },
  {
    id: 'sess_grace_pending',
    user_id: 'user_grace',
    status: 'pending',
    label: 'Grace with a task left to do: counts as signed out',
  },
  {
    id: 'sess_grace_revoked',
    user_id: 'user_grace',
    status: 'revoked',
    label: 'Grace after her session was revoked: gets no tokens',
  },
];
