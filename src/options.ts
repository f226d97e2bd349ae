import type { HostAuthenticate } from './auth/authenticate.ts';
import type { GatewayLogger } from './log.ts';
import type { Audit } from './mint/audit.ts';
import type { Templates } from './mint/policy.ts';

/** Everything that `createGateway` can be told. */
export interface GatewayOptions {
  /** The secret key of the Clerk instance (`sk_test_...` or `sk_live_...`). @default none: required */
  secretKey: string;
  /** The publishable key of the same instance (`pk_test_...` or `pk_live_...`). @default none: required */
  publishableKey: string;
  /**
   * The JWT templates that exist here, by name, each with its policy; a list of names for the default policy; or
   * `'*'` for every template of the instance, which is warned about.
   * @default none: required
   */
  templates: Templates;
  /**
   * The PEM public key that session tokens are verified with. Without it, Clerk's key set is fetched.
   * @default undefined
   */
  jwtKey?: string;
  /** Clerk's Backend API. @default 'https://api.clerk.com' */
  apiUrl?: string;
  /**
   * The origins of the frontends whose session tokens are accepted (their claim `azp`), or `'any'`. In production
   * it must be said.
   * @default 'any' in development
   */
  authorizedParties?: readonly string[] | 'any';
  /**
   * Development serves GraphiQL, introspection and suggestions; production does not.
   * @default 'production'
   */
  mode?: 'production' | 'development';
  /** Exact origins of browser pages that may query (CORS) and whose cookies count (CSRF). @default [] */
  corsOrigins?: readonly string[];
  /**
   * Refuse every GraphQL request without a caller with HTTP 401, unless it asks only for `_service` or `__typename`.
   * For gateways queried directly, not for subgraphs.
   * @default false
   */
  requireSession?: boolean;
  /** Replaces the gateway's own authentication, where the host has already authenticated. @default undefined */
  authenticate?: HostAuthenticate;
  /** Path of the GraphQL endpoint. @default '/graphql' */
  graphqlEndpoint?: string;
  /**
   * How long one call may take, in milliseconds: a mint, a fetch of the key set, or the host's `authenticate`.
   * @default 3000
   */
  deadline?: number;
  /** Longest life (`exp - iat`) accepted of a session token, in seconds. @default 600 */
  maxSessionTokenLifetime?: number;
  /** Largest request body, in bytes. @default 65536 */
  maxBodyBytes?: number;
  /** Receives an event for every token minted or refused. @default written to `logger` */
  audit?: Audit;
  /** Where the gateway logs. @default pino, JSON on standard output */
  logger?: GatewayLogger;
  /** The clock, in milliseconds since the epoch. @default Date.now */
  now?: () => number;
}
