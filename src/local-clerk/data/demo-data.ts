import { demoSessions } from './demo-sessions.ts';
import { demoTemplates } from './demo-templates.ts';
import { demoMemberships, demoOrganizations, demoUsers } from './demo-users.ts';
import type { LocalClerkData } from './local-clerk-data.ts';

/**
 * Returns the data of a small demo: three users, two organizations, a session for each situation that a gateway must
 * handle, and typical JWT templates. Every call returns new objects and a new random key for the template `nhost`.
 */
export function demoData(): LocalClerkData {
  return {
    users: demoUsers(),
    organizations: demoOrganizations(),
    organization_memberships: demoMemberships(),
    sessions: demoSessions(),
    firebase_integration: { client_email: 'firebase-adminsdk@demo-mintgate.iam.gserviceaccount.com' },
    jwt_templates: demoTemplates(),
  };
}
