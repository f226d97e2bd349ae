export type { HostAuthenticate, HostAuthentication } from './auth/authenticate.ts';
export type { AuthorizationRequirement, Caller, SessionClaims } from './auth/caller.ts';
export { defineConfig, type MintgateConfig } from './define-config.ts';
export { errorCodes, type GatewayErrorCode, type TransportErrorCode } from './errors.ts';
export { createGateway, type Gateway } from './gateway.ts';
export { createLogger, type GatewayLogger, type LoggerOptions } from './log.ts';
export type { Audit, AuditEvent } from './mint/audit.ts';
export type { TemplatePolicy, Templates } from './mint/policy.ts';
export type { GatewayOptions } from './options.ts';
