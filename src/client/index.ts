export type { ClaimsOf, Register, RegisteredTemplates, TemplateName } from './register.ts';
export { TokenError, type TokenErrorCode, type TokenErrorDetails } from './token-error.ts';
export { createTokenSource } from './token-source.ts';
export type {
  GetTokenOptions,
  SessionTokenGetter,
  TokenChange,
  TokenListener,
  TokenSource,
  TokenSourceOptions,
} from './token-source-options.ts';
