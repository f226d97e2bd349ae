import type { PlainObject } from '../../json/is-plain-object.ts';
import type { FirebaseIntegrationData } from './firebase-data.ts';
import type { MembershipData } from './membership-data.ts';
import type { OrganizationData } from './organization-data.ts';
import type { SessionData } from './session-data.ts';
import type { TemplateData } from './template-data.ts';
import type { UserData } from './user-data.ts';

// Written without zod, because `mintgate/local-clerk` exports these types and its users do not install zod.

/** An entry whose fields `Field` have values: the given ones or the defaults. */
type Defaulted<Entry, Field extends keyof Entry> = Omit<Entry, Field> & {
  [Name in Field]-?: Exclude<Entry[Name], undefined>;
};

/** An entry with metadata, which are never `null`. */
type WithMetadata<Entry, Field extends keyof Entry> = Omit<Entry, Field> & Record<Field, PlainObject>;

/** An e-mail address or a phone number, after its short form was completed. */
type Contact<Field extends string> = Record<Field, string> & {
  id?: string | undefined;
  verification: { status: 'unverified' | 'verified' | 'failed' | 'expired' } | null;
};

type Metadata = 'public_metadata' | 'private_metadata';

type ParsedUser = WithMetadata<
  Defaulted<
    Omit<UserData, 'email_addresses' | 'phone_numbers'>,
    | ('first_name' | 'last_name' | 'username' | 'external_id' | 'image_url' | 'two_factor_enabled')
    | ('banned' | 'locked' | 'last_sign_in_at' | 'last_active_at' | 'plans' | 'features')
  >,
  Metadata | 'unsafe_metadata'
> & { email_addresses: Contact<'email_address'>[]; phone_numbers: Contact<'phone_number'>[] };

type ParsedOrganization = WithMetadata<
  Defaulted<
    OrganizationData,
    'image_url' | 'max_allowed_memberships' | 'admin_delete_enabled' | 'plans' | 'features'
  >,
  Metadata
>;

type ParsedMembership = WithMetadata<Defaulted<MembershipData, 'role' | 'permissions'>, Metadata>;

type ParsedSession = Defaulted<
  SessionData,
  'status' | 'actor' | 'last_active_organization_id' | 'factor_verification_age' | 'label'
>;

type ParsedTemplate = Defaulted<
  TemplateData,
  'claims' | 'lifetime' | 'allowed_clock_skew' | 'signing_algorithm'
>;

/** The parsed data of a local Clerk, with every default applied. */
export interface ParsedData {
  users: ParsedUser[];
  organizations: ParsedOrganization[];
  organization_memberships: ParsedMembership[];
  sessions: ParsedSession[];
  jwt_templates: ParsedTemplate[];
  firebase_integration?: FirebaseIntegrationData | null | undefined;
}
