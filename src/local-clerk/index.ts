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
export type { LocalClerk, LocalClerkOptions, LocalClerkSession } from './local-clerk.ts';
export type { NewSession } from './session-edits.ts';
export { startLocalClerk } from './start-local-clerk.ts';
export type { SessionStatus } from './store.ts';
export type { TemplateAlgorithm } from './tokens/template-key.ts';
export type { ForcedAnswer } from './traffic/forced-answer.ts';
export type { RateLimit } from './traffic/rate-limit.ts';
