import type { HostAuthenticate } from '../auth/host-authenticate.ts';
import type { PersistedDocuments } from '../http/plugins/use-persisted-documents.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import type { Audit } from '../mint/audit.ts';
import type { Templates } from '../mint/policy.ts';

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
   * it must be said. App shells and extensions have origins, too, such as `capacitor://localhost`.
   * @default 'any' in development
   */
  authorizedParties?: readonly string[] | 'any';
  /**
   * Accept session tokens without the claim `azp` beside those of the authorized parties: Clerk makes them for native apps and for
   * top-level navigations. Such a token is bound to no origin: one that was stolen from anywhere is accepted from anywhere.
   * @default false
   */
  acceptMissingAzp?: boolean;
  /**
   * Development serves GraphiQL, introspection, suggestions and the reasons of refusals; production does not.
   * @default 'production'
   */
  mode?: 'production' | 'development';
  /**
   * Exact origins of browser pages, app shells (`capacitor://localhost`) and extensions that may query (CORS) and whose cookies
   * count (CSRF).
   * @default []
   */
  corsOrigins?: readonly string[];
  /**
   * Refuse every GraphQL request without a caller with HTTP 401, unless it asks only for `_service` or `__typename`.
   * For gateways queried directly, not for subgraphs.
   * @default false
   */
  requireSession?: boolean;
  /**
   * The only documents that are executed, by their ids: what GraphQL Code Generator writes into `persisted-documents.json`. Requests
   * send `documentId`; every other query is refused with HTTP 400. Not for subgraphs: a router writes its queries itself.
   * @default undefined (any document)
   */
  persistedDocuments?: PersistedDocuments;
  /** Replaces the gateway's own authentication, where the host has already authenticated. @default undefined */
  authenticate?: HostAuthenticate;
  /** Path of the GraphQL endpoint. @default '/graphql' */
  graphqlEndpoint?: string;
  /**
   * How long a request may take, and each call of it, in milliseconds: a mint, a fetch of the key set, or the host's `authenticate`.
   * @default 3000
   */
  deadline?: number;
  /** Longest life (`exp - iat`) accepted of a session token, in seconds. @default 600 */
  maxSessionTokenLifetime?: number;
  /** Largest request body, in bytes. @default 65536 */
  maxBodyBytes?: number;
  /** Most tokens held in memory, of which one beyond 4 kB counts for several; the least recently used go first. @default 50000 */
  cacheSize?: number;
  /**
   * How long a held token may be handed out while no other can be had (Clerk fails or throttles, or the budget is spent), in seconds from
   * its `iat`; it never outlives its `exp`.
   * @default 300
   */
  maxStaleAge?: number;
  /**
   * Claims of the session token that change without meaning anything for a minted token: a custom claim with a time in it, for
   * example. A token is minted anew whenever another claim changes.
   * @default []
   */
  fingerprintIgnore?: readonly string[];
  /**
   * Mints per 10 s, of all instances together. Clerk's own limit, which the whole application shares, is 1000 for production
   * instances and 100 for development instances.
   * @default 800 with a key `sk_live_`, 80 with a key `sk_test_`
   */
  mintBudget?: number;
  /**
   * The share of `mintBudget` that this process may spend without Redis, or while Redis is away: more than 0, up to 1.
   * @default 0.25
   */
  mintBudgetShare?: number;
  /**
   * The share of the budget that one user may spend within 10 s, with all sessions together: more than 0, up to 1, where 1 sets no
   * such limit. A share below 10 mints is raised to 10 (one operation with ten templates), but not above half of the budget.
   * @default 0.25
   */
  userMintShare?: number;
  /** Mints per minute of one session. @default 120 */
  sessionMintLimit?: number;
  /**
   * Most subscriptions open at once in this process. One user may have a quarter of them, or `sessionSubscriptionLimit`
   * where that is more, but at most half of all.
   * @default 10000
   */
  subscriptionLimit?: number;
  /** Most subscriptions open at once of one session, in this process. @default 20 */
  sessionSubscriptionLimit?: number;
  /**
   * Redis, which several instances share: `redis://` or `rediss://`, with user, password and database where there are any.
   * @default undefined (this process is alone)
   */
  redisUrl?: string;
  /**
   * What the keys for names and values in Redis are derived from, at least 32 characters; the same for all instances.
   * @default the secret key
   */
  cacheKey?: string;
  /**
   * The signing secret (`whsec_...`) of the webhook endpoint in the Clerk Dashboard. With it, `POST /webhooks/clerk` receives
   * Clerk's webhooks.
   * @default undefined (there is no such endpoint)
   */
  webhookSigningSecret?: string;
  /**
   * What a router shows in the header `x-mintgate-router-secret`, at least 32 characters of visible ASCII. With it, production
   * answers `_service` and introspection to requests that carry it, and to no others.
   * @default undefined (in production `_service` is answered to all, introspection to nobody)
   */
  routerSecret?: string;
  /** Receives an event for every token minted, served or refused. @default written to `logger` */
  audit?: Audit;
  /** Where the gateway logs. @default pino, JSON on standard output */
  logger?: GatewayLogger;
  /** The clock, in milliseconds since the epoch. @default Date.now */
  now?: () => number;
}
