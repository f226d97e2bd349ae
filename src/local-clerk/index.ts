export type { LocalClerkControls } from './controls.ts';
export { demoData } from './data/demo-data.ts';
export type {
  FirebaseIntegrationData,
  LocalClerkData,
  MembershipData,
  OrganizationData,
  SessionData,
  TemplateData,
  UserData,
} from './data/local-clerk-data.ts';
export { parseLocalClerkData } from './data/parse-data.ts';
export type { Endpoint } from './endpoints.ts';
export type { ForcedAnswer } from './fault-injection/forced-answer.ts';
export type { RateLimit } from './fault-injection/rate-limit.ts';
export type { LocalClerk, LocalClerkOptions, LocalClerkSession } from './local-clerk.ts';
export type { NewSession } from './session-edits.ts';
export { startLocalClerk } from './start-local-clerk.ts';
export type { SessionStatus } from './store.ts';
export type { TemplateAlgorithm } from './tokens/template-key.ts';
