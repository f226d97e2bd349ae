import type { LocalClerkControls } from './controls.ts';
import type { LocalClerkData } from './data/local-clerk-data.ts';
import type { RateLimit } from './fault-injection/rate-limit.ts';
import type { SessionStatus } from './store/session.ts';
import type { TemplateAlgorithm } from './tokens/template-key.ts';

/** Options of `startLocalClerk`. */
export interface LocalClerkOptions {
  /** Users, organizations, sessions and JWT templates. @default demoData() */
  data?: LocalClerkData;
  /** The address to listen on; it must be loopback. @default '127.0.0.1' */
  host?: string;
  /** The port to listen on; 0 takes a free port. @default 0 */
  port?: number;
  /** The key that requests must carry; it must start with `sk_test_`. @default a random key */
  secretKey?: string;
  /** Returns the time in milliseconds since the epoch; called at every use of the clock. @default Date.now */
  now?: () => number;
  /** The rate limit that all endpoints but the JWKS share; `false` for none. @default false */
  rateLimit?: RateLimit | false;
  /**
   * Called with a sentence for each warning: about the data, such as a generated key, and about requests that the local
   * Clerk failed to answer. @default warnings are discarded
   */
  onWarning?: (warning: string) => void;
}

/** A session, described for a developer. */
export interface LocalClerkSession {
  /** The id of the session, such as `sess_ada`. */
  id: string;
  /** The id of the user. */
  userId: string;
  /** The id of the active organization; `null` without one. */
  organizationId: string | null;
  /** The role of the user in that organization, such as `org:admin`; `null` without one. */
  organizationRole: string | null;
  /** The status now. It includes the effects of the session's dates and of a ban of the user. */
  status: SessionStatus;
  /** The actor of an impersonated session (RFC 8693, section 4.1), else `null`. */
  actor: Record<string, unknown> | null;
  /** The purpose of the session; empty when the data have none. */
  label: string;
}

/** A template of one of Clerk's integrations, which the API for JWT templates does not list. */
export interface IntegrationTemplate {
  /** The name for which tokens are minted, such as `integration_firebase`. */
  name: string;
  /** The longest lifetime of the tokens, in seconds. */
  lifetime: number;
  /** The algorithm that signs the tokens. */
  algorithm: TemplateAlgorithm;
}

/** The key that verifies the tokens of a template with a custom key. */
export interface TemplateVerificationKey {
  /** The algorithm that signs the tokens. */
  algorithm: TemplateAlgorithm;
  /** The secret for `HS...`, else the public key as PEM. */
  verificationKey: string;
}

/** A running local Clerk. */
export interface LocalClerk {
  /** The address of the API without a trailing slash, for `CLERK_API_URL`. */
  readonly url: string;
  /** The key that requests must carry, for `CLERK_SECRET_KEY`. It stays the key of the start when the controls change the accepted keys. */
  readonly secretKey: string;
  /** A valid key that encodes the address of the local Clerk, for `CLERK_PUBLISHABLE_KEY`. */
  readonly publishableKey: string;
  /** The current public key as PEM, for `CLERK_JWT_KEY`. It changes when the signing key is rotated. */
  readonly jwtKey: string;
  /** `iss` of all tokens. */
  readonly issuer: string;
  /** The warnings about the current data, such as a generated key of a template. */
  readonly warnings: readonly string[];
  /** Faults, clock, rate limit, request counts and changes of the data. */
  readonly controls: LocalClerkControls;
  /** Answers a request without a socket. The host of its URL must be a loopback name. */
  fetch(request: Request): Promise<Response>;
  /** Lists the sessions of every status, in the order of the data. */
  sessions(): LocalClerkSession[];
  /**
   * Mints a session token of 60 seconds as a browser gets it from Clerk. A pending session also gets one, with `sts: pending`.
   *
   * @param options.azp - the origin of the page in the browser. @default absent from the token
   * @throws Error for an unknown session and for one that is neither active nor pending
   */
  mintSessionToken(sessionId: string, options?: { azp?: string }): Promise<string>;
  /**
   * Signs any claims with RS256 and the current signing key, for tests with forged tokens.
   *
   * @param options.header - fields that are added to the JOSE header, or replace its fields
   */
  sign(claims: object, options?: { header?: object }): Promise<string>;
  /** Lists the templates of Clerk's integrations that are on; the API for JWT templates does not list them. */
  integrationTemplates(): IntegrationTemplate[];
  /**
   * Returns the key that verifies the tokens of a template with a custom key.
   *
   * @throws Error for an unknown template and for one that signs with the key of the instance
   */
  templateKey(templateName: string): TemplateVerificationKey;
  /**
   * Replaces all data, including sessions and templates that were created later. It keeps the signing keys, the generated keys
   * of templates with the same name and algorithm, and the controls.
   *
   * @throws Error for invalid data; the current data then stay
   */
  replaceData(data: LocalClerkData): void;
  /** Closes the server and all open requests. Further calls have no effect. */
  close(): Promise<void>;
}
