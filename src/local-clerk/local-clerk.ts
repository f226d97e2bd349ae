import type { LocalClerkControls } from './controls.ts';
import type { LocalClerkData } from './data/local-clerk-data.ts';
import type { RateLimit } from './fault-injection/rate-limit.ts';
import type { SessionStatus } from './store.ts';
import type { TemplateAlgorithm } from './tokens/template-key.ts';

/** What `startLocalClerk` can be told. */
export interface LocalClerkOptions {
  /** Users, organizations, sessions and templates. @default demoData() */
  data?: LocalClerkData;
  /** The address to listen on; only loopback is allowed. @default '127.0.0.1' */
  host?: string;
  /** The port to listen on; 0 takes a free one. @default 0 */
  port?: number;
  /** The key that requests must carry; it must start with `sk_test_`. @default a new random one */
  secretKey?: string;
  /** Milliseconds since the epoch, read at every use. @default Date.now */
  now?: () => number;
  /** The rate limit that all endpoints but the JWKS share. @default false */
  rateLimit?: RateLimit | false;
  /** Told, in a sentence each, what a developer should know: of the data, or of a fault of its own. @default nothing */
  onWarning?: (warning: string) => void;
}

/** A session as a developer's start page shows it. */
export interface LocalClerkSession {
  /** The session's id (`sess_...`). */
  id: string;
  /** The id of its user. */
  userId: string;
  /** The active organization; null in a personal workspace. */
  organizationId: string | null;
  /** The user's role there, such as `org:admin`. */
  organizationRole: string | null;
  /** The status as it is now, by the session's dates and its user's ban. */
  status: SessionStatus;
  /** Who really acts, when the session is impersonated. */
  actor: Record<string, unknown> | null;
  /** What the session is good for. */
  label: string;
}

/** A running local Clerk. */
export interface LocalClerk {
  /** Where it listens, usable as `CLERK_API_URL`. */
  readonly url: string;
  /** The key that requests must carry, usable as `CLERK_SECRET_KEY`. */
  readonly secretKey: string;
  /** A well-formed key that names the local Clerk, usable as `CLERK_PUBLISHABLE_KEY`. */
  readonly publishableKey: string;
  /** The current public key as PEM, usable as `CLERK_JWT_KEY`. */
  readonly jwtKey: string;
  /** `iss` of its tokens. */
  readonly issuer: string;
  /** What a developer should know about the data, such as that a template's key was made up. */
  readonly warnings: readonly string[];
  /** Faults, clock, rate limit, counts, and edits of the data. */
  readonly controls: LocalClerkControls;
  /** The same API without a socket. The request's URL must name loopback, as that of `url` does. */
  fetch(request: Request): Promise<Response>;
  /** Every session, whatever its status, in the order of the data. */
  sessions(): LocalClerkSession[];
  /**
   * A fresh session token of 60 seconds, as a browser gets it from Clerk. Pending sessions get one too, marked as such.
   *
   * @param options.azp The origin that the browser would have asked from; left out of the token unless given.
   * @throws Error for a session that is over or unknown.
   */
  mintSessionToken(sessionId: string, options?: { azp?: string }): Promise<string>;
  /** Any JWT, signed with RS256 by the current key, whose `kid` it names; for tests that forge tokens. */
  sign(claims: object, options?: { header?: object }): Promise<string>;
  /** The templates of Clerk's integrations that are on, with their longest lives in seconds. Clerk's API does not list them. */
  integrationTemplates(): { name: string; lifetime: number; algorithm: TemplateAlgorithm }[];
  /**
   * What tokens of a template with its own key are verified with: the secret for HS..., else a public key as PEM.
   *
   * @throws Error for an unknown template and for one that signs with the instance's key.
   */
  templateKey(templateName: string): { algorithm: TemplateAlgorithm; verificationKey: string };
  /**
   * Exchanges the data, sessions made meanwhile included; signing keys, keys that were made for templates without one, and controls stay.
   *
   * @throws Error for data that is not usable; the present data stay.
   */
  replaceData(data: LocalClerkData): void;
  /** Ends every open request and stops listening. May be called again. */
  close(): Promise<void>;
}
