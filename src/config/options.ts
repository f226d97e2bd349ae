import type { HostAuthenticate } from '../auth/host-authenticate.ts';
import type { PersistedDocuments } from '../http/documents/persisted-documents.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import type { Audit } from '../mint/audit.ts';
import type { Templates } from '../mint/policy.ts';
import type { Subgraphs } from '../subgraphs/subgraph-token.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/**
 * One secret, or several that overlap while a new one replaces an old one: the newest first, at most five. A secret contains no comma,
 * because commas separate secrets in the environment. `docs/rotation.md` has the steps.
 */
export type Secrets = string | readonly string[];

/** The options of `createGateway`. `config/schema.ts` has their formats and defaults; tests compare the two. */
export interface GatewayOptions {
  /** The secret key of the Clerk instance (`sk_test_...` or `sk_live_...`); while you replace it, the new key and the old one. @default required */
  secretKey: Secrets;
  /** The publishable key of the same instance (`pk_test_...` or `pk_live_...`). @default required */
  publishableKey: string;
  /**
   * The PEM public key that verifies session tokens without any call to Clerk.
   * @default undefined (Clerk's key set is fetched)
   */
  jwtKey?: string;
  /**
   * The origins of the frontends whose session tokens are accepted (their claim `azp`), or `'any'`. App shells and extensions have
   * origins, too, such as `capacitor://localhost`. With `authenticate`, the host decides this.
   * @default required in production, else 'any'
   */
  authorizedParties?: readonly string[] | 'any';
  /**
   * Accept session tokens without the claim `azp` beside those of the authorized parties. Clerk issues them to native apps and for
   * top-level navigations. Such a token is not bound to an origin: a stolen one is accepted from everywhere.
   * @default false
   */
  acceptMissingAzp?: boolean;
  /** The URL of Clerk's Backend API. @default 'https://api.clerk.com' */
  apiUrl?: string;
  /**
   * The JWT templates that may be minted: an object of names and policies; a list of names, which have the default policy; or `'*'` for
   * every template of the instance, which logs a warning.
   * @default required
   */
  templates: Templates;
  /**
   * Exact origins of browser pages, app shells (`capacitor://localhost`) and extensions that may query (CORS) and whose cookies count
   * (CSRF).
   * @default []
   */
  corsOrigins?: readonly string[];
  /**
   * Refuse every GraphQL request without a caller with HTTP 401, unless it queries only `_service` or `__typename`. For gateways that
   * clients query directly, not for subgraphs.
   * @default false
   */
  requireSession?: boolean;
  /**
   * Add `Session.tokenTemplates` to the graph: the name and the configured lifetime of each template, and whether the caller may mint it.
   * Every signed-in caller then sees the names of all configured templates; with `templates: '*'`, Clerk is asked for them.
   * @default false
   */
  discovery?: boolean;
  /**
   * The only documents that are executed, by their ids, as GraphQL Code Generator writes them into `persisted-documents.json`. Requests
   * send `documentId`; every other query is refused with HTTP 400. Not for subgraphs: a router writes its own queries.
   * @default undefined (any document)
   */
  persistedDocuments?: PersistedDocuments;
  /**
   * The audiences of the token exchange, each with the name of its template. With it, `POST /token` exchanges session tokens for tokens of
   * these templates by RFC 8693. Not with `authenticate`: the exchange verifies the session token itself.
   * @default undefined (no such endpoint)
   */
  tokenExchange?: Readonly<Record<string, string>>;
  /**
   * Replaces the gateway's own authentication, where the host has already authenticated.
   * @default undefined (the gateway's own authentication)
   */
  authenticate?: HostAuthenticate;
  /**
   * Answer repeated requests for held tokens without GraphQL Yoga, several times as fast. The answers are the same. Turn it off to compare, or
   * where an answer seems wrong. It has no effect with `authenticate`.
   * @default true
   */
  fastPath?: boolean;
  /** The path of the GraphQL endpoint. @default '/graphql' */
  graphqlEndpoint?: string;
  /**
   * The time limit of a request, and of each call that it makes (a mint, a fetch of the key set, the host's `authenticate`), in milliseconds.
   * @default 3000
   */
  deadline?: number;
  /** The longest accepted lifetime (`exp - iat`) of a session token, in seconds. @default 600 */
  maxSessionTokenLifetime?: number;
  /** The largest request body, in bytes. @default 65536 */
  maxBodyBytes?: number;
  /**
   * Redis that several instances share: `redis://` or `rediss://`, with user, password and database where there are any.
   * @default undefined (instances share nothing)
   */
  redisUrl?: string;
  /**
   * The secret from which the keys for pseudonyms and encryption in Redis are derived, at least 32 characters; the same for all instances.
   * Values are written under the first key and read under all of them.
   * @default the secret keys
   */
  cacheKey?: Secrets;
  /**
   * The signing secret (`whsec_...`) of the webhook endpoint in the Clerk Dashboard. With it, `POST /webhooks/clerk` receives Clerk's
   * webhooks.
   * @default undefined (no such endpoint)
   */
  webhookSigningSecret?: Secrets;
  /**
   * The secret that the router of a supergraph sends in the header `x-mintgate-router-secret`, at least 32 characters of visible ASCII.
   * With it, production answers `_service` and introspection only to requests that carry it.
   * @default undefined (production answers `_service` to every request, and refuses introspection)
   */
  routerSecret?: Secrets;
  /**
   * The token that each subgraph of a supergraph receives, by the names of the subgraphs. Used by the coprocessor.
   * @default undefined (no subgraph receives a token)
   */
  subgraphs?: Subgraphs;
  /** The name of Mintgate's own subgraph, which alone receives the caller's credentials. @default 'mintgate' */
  mintgateSubgraph?: string;
  /**
   * The secret in the path of the coprocessor for Apollo Router, at least 32 letters, digits, `-`, `.`, `_` or `~`. With it and
   * `subgraphs`, `POST /coprocessor/apollo/<secret>` answers the router. Not with `authenticate`.
   * @default undefined (no such endpoint)
   */
  coprocessorSecret?: Secrets;
  /**
   * Mints per 10 s, of all instances together. Clerk's own limit, which the whole application shares, is 1000 for production instances
   * and 100 for development instances.
   * @default 800 with a key `sk_live_`, 80 with a key `sk_test_`
   */
  mintBudget?: number;
  /**
   * The share of `mintBudget` that this process may spend without Redis, or while Redis cannot be reached: above 0, up to 1.
   * @default 0.25
   */
  mintBudgetShare?: number;
  /**
   * The share of the budget that one user may spend within 10 s, with all sessions together: above 0, up to 1. The value 1 turns this
   * limit off. A share below 10 mints is raised to 10 (one operation with ten templates), but not above half of the budget.
   * @default 0.25, but at least 10 mints or half of the budget, whichever is less
   */
  userMintShare?: number;
  /** Mints per minute of one session. @default 120 */
  sessionMintLimit?: number;
  /**
   * The maximum number of open subscriptions in this process. One user may have a quarter of them, or `sessionSubscriptionLimit` where
   * that is more, but at most half of all.
   * @default 10000
   */
  subscriptionLimit?: number;
  /** The maximum number of open subscriptions of one session, in this process. @default 20 */
  sessionSubscriptionLimit?: number;
  /**
   * The maximum number of tokens held in memory; a token larger than 4 kB counts as several. The least recently used are evicted first.
   * @default 50000
   */
  cacheSize?: number;
  /**
   * How long a held token may be served while no new one can be minted (Clerk fails or throttles, or the budget is spent), in seconds
   * from its `iat`; never longer than its `exp`.
   * @default 300
   */
  maxStaleAge?: number;
  /**
   * Claims of the session token whose changes do not affect minted tokens, such as a custom claim that contains a time. A change of any
   * other claim mints a new token.
   * @default []
   */
  fingerprintIgnore?: readonly string[];
  /**
   * `development` serves GraphiQL, introspection, suggestions and the reasons of refusals; `production` does not.
   * @default 'production'
   */
  mode?: 'production' | 'development';
  /**
   * Receives an event for every token that is minted, served or refused.
   * @default undefined (events are written to `logger`)
   */
  audit?: Audit;
  /** Receives the log lines of the gateway. @default undefined (JSON on standard output, by pino) */
  logger?: GatewayLogger;
  /**
   * Receives what the gateway does, as metrics and traces: `openTelemetry()` of `mintgate/opentelemetry`.
   * @default undefined (no metrics and no traces)
   */
  telemetry?: Telemetry;
  /** The clock, in milliseconds since the epoch. @default Date.now */
  now?: () => number;
}
