/** The path of a GraphQL request: fast path or GraphQL Yoga. */
export type AnswerPath = 'fast' | 'yoga';

/** The kind of a GraphQL operation. */
export type OperationType = 'query' | 'mutation' | 'subscription';

/** An HTTP request that was answered. */
export interface RequestEvent {
  /** The method; `_OTHER` for one that HTTP does not define. */
  readonly method: string;
  /** The path, if it is one of the gateway's. */
  readonly route?: string | undefined;
  readonly scheme: 'http' | 'https';
  readonly status: number;
  readonly durationMs: number;
  /** Set for POST requests to the GraphQL endpoint. */
  readonly path?: AnswerPath | undefined;
  /** The type of the operation, if one was executed. */
  readonly operationType?: OperationType | undefined;
  /** The name of the operation, if its document is a persisted one: other names are the client's own. */
  readonly operationName?: string | undefined;
  /** The code of the first GraphQL error in the answer. */
  readonly code?: string | undefined;
}

/** The outcome of an authentication. `unavailable`: it failed, such as without Clerk's key set. */
export type AuthenticationOutcome = 'authenticated' | 'anonymous' | 'refused' | 'unavailable';

/** The result of a lookup in the cache. `shared`: the token was in Redis. `stale`: no new token was available. */
export type LookupResult = 'fresh' | 'revalidated' | 'stale' | 'shared' | 'miss';

/** A token that was minted, or a mint that has failed. */
export interface MintEvent {
  /** The template, if it is configured by its name; else `other`. */
  readonly template: string;
  /** `minted`, or why there is no token. */
  readonly outcome: string;
  readonly durationMs: number;
  /** Whether no request waited for it. */
  readonly background: boolean;
  /** Calls to Clerk: 0 for a mint that a limit has refused, 2 with a retry. */
  readonly calls: number;
  /** Seconds until the token expires. */
  readonly timeLeft?: number | undefined;
  /** The age of the token that it replaces, in seconds. */
  readonly replacedAge?: number | undefined;
}

/** A call to Clerk's Backend API. */
export interface ClerkCallEvent {
  readonly method: 'GET' | 'POST';
  /** The path, with names in braces for its variable parts. */
  readonly template: string;
  readonly serverAddress: string;
  readonly serverPort: number;
  readonly durationMs: number;
  /** The status; missing without an answer. */
  readonly status?: number | undefined;
  /** Why the call failed: the status, or a word such as `deadline`. */
  readonly errorType?: string | undefined;
}

/** A revocation that takes effect in this process. */
export interface RevocationEvent {
  readonly effect: 'refuse' | 'drop';
  readonly target: 'session' | 'user' | 'organization';
  /** How this process learned it: from a webhook, through Redis, or by an answer of Clerk. */
  readonly source: RevocationSource;
  /** From the event at Clerk to its effect in this process; missing where the moment of the event is unknown. */
  readonly delayMs?: number | undefined;
}

export type RevocationSource = 'webhook' | 'redis' | 'clerk';

/** The result of a command to Redis. `unavailable`: it was not sent. */
export type RedisResult = 'ok' | 'timeout' | 'unavailable' | 'error';
