import type { FirebaseIntegrationData } from './firebase-data.ts';
import type { MembershipData } from './membership-data.ts';
import type { OrganizationData } from './organization-data.ts';
import type { SessionData } from './session-data.ts';
import type { TemplateData } from './template-data.ts';
import type { UserData } from './user-data.ts';

/**
 * The data of a local Clerk, in shapes close to those of Clerk's Backend API with nearly every field optional: entries of
 * Clerk's list endpoints are valid. Unknown fields are ignored.
 */
export interface LocalClerkData {
  /** The users who can have sessions. @default [] */
  users?: UserData[] | undefined;
  /** The organizations that users can be members of. @default [] */
  organizations?: OrganizationData[] | undefined;
  /** The memberships of users in organizations, with roles and permissions. @default [] */
  organization_memberships?: MembershipData[] | undefined;
  /** The sessions, for which session tokens and template tokens are minted. @default [] */
  sessions?: SessionData[] | undefined;
  /** The JWT templates, from which template tokens are minted. @default [] */
  jwt_templates?: TemplateData[] | undefined;
  /** The Firebase integration, which mints the tokens of the template `integration_firebase`. @default null (off) */
  firebase_integration?: FirebaseIntegrationData | null | undefined;
}
