export type { LocalClerkControls } from './controls.ts';
export { demoData } from './data/demo-data.ts';
export type { FirebaseIntegrationData } from './data/firebase-data.ts';
export type { LocalClerkData } from './data/local-clerk-data.ts';
export type { MembershipData } from './data/membership-data.ts';
export type { OrganizationData } from './data/organization-data.ts';
export { parseLocalClerkData } from './data/parse-data.ts';
export type { SessionData } from './data/session-data.ts';
export type { TemplateData } from './data/template-data.ts';
export type { UserData } from './data/user-data.ts';
export type { Endpoint } from './endpoints.ts';
export type { ForcedAnswer } from './fault-injection/forced-answer.ts';
export type { RateLimit } from './fault-injection/rate-limit.ts';
export type {
  IntegrationTemplate,
  LocalClerk,
  LocalClerkOptions,
  LocalClerkSession,
  TemplateVerificationKey,
} from './local-clerk.ts';
export { startLocalClerk } from './start-local-clerk.ts';
export type { NewSession } from './store/create-session.ts';
export type { SessionStatus } from './store/session.ts';
export type { TemplateAlgorithm } from './tokens/template-key.ts';
