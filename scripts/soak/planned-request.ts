import type { AuditEvent } from '../../src/index.ts';
import type { SessionToken } from './clerk-process.ts';
import type { Period } from './period.ts';
import type { Session } from './world.ts';

/** A field of a query that requests a token. */
export interface TokenField {
  template: string;
  fresh: boolean;
}

/** A way to ask for tokens other than GraphQL. */
export type Door = NonNullable<AuditEvent['door']>;

/** A request to send, and its expected result. */
export interface PlannedRequest {
  /** The kind of request, as the report names it. */
  kind: string;
  method: 'POST' | 'GET' | 'PUT' | 'OPTIONS';
  path: string;
  /** Through the coprocessor, the client adds a secret to `path`. @default undefined (GraphQL and others) */
  door?: Door;
  headers: Record<string, string>;
  body?: string | Buffer;
  /** The fields that request tokens, by their aliases. */
  tokenFields: Readonly<Record<string, TokenField>>;
  /** The session token in the request. */
  bearer?: { session: Session; token: SessionToken };
  /**
   * `tokens`: a request that may return tokens; `no tokens`: one that must not; `refused`: 4xx, or errors alone; `health`: 200;
   * `readiness`: 200 or 503.
   */
  expected: 'tokens' | 'no tokens' | 'refused' | 'health' | 'readiness';
  /** The client disconnects after this many milliseconds. */
  abortAfter?: number;
  /** The server may close the connection while the client is still writing. */
  mayBreak?: true;
}

/** The answer to a request. */
export interface Answered {
  gateway: number;
  planned: PlannedRequest;
  status: number;
  body: string;
  /** The header `Retry-After`, in seconds. @default undefined (it has none, or is an event) */
  retryAfter?: number | undefined;
  /** The earliest time at which the gateway can have begun to work on it, in milliseconds since the epoch. */
  sentAt: number;
  /** When the answer arrived. It is not known exactly if the client did not read at that time. */
  answeredAt: Period;
}

export const graphqlHeaders = { 'content-type': 'application/json', accept: 'application/json' };
