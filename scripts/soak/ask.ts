import type { SessionToken } from './clerk-process.ts';
import type { Session } from './world.ts';

/** One token that a request asks for. */
export interface Wanted {
  template: string;
  fresh: boolean;
}

/** One request, and what may come of it. */
export interface Ask {
  /** In the words of the report. */
  kind: string;
  method: 'POST' | 'GET' | 'PUT' | 'OPTIONS';
  path: string;
  headers: Record<string, string>;
  body?: string | Buffer;
  /** What it asks for, by the alias in the answer. */
  wanted: Readonly<Record<string, Wanted>>;
  /** Whose session token it carries. */
  bearer?: { session: Session; token: SessionToken };
  /**
   * `tokens`: GraphQL that may be answered with tokens; `no tokens`: GraphQL that must not be; `refused`: 4xx, or errors alone; `health`: 200;
   * `readiness`: 200 or 503.
   */
  expected: 'tokens' | 'no tokens' | 'refused' | 'health' | 'readiness';
  /** The client goes away after so many milliseconds. */
  abortAfter?: number;
  /** The server may hang up while the client still writes. */
  mayBreak?: true;
}

/** What came back. */
export interface Answered {
  gateway: number;
  ask: Ask;
  status: number;
  body: string;
  /** Milliseconds since the epoch. */
  sentAt: number;
  answeredAt: number;
}

export const graphqlHeaders = { 'content-type': 'application/json', accept: 'application/json' };
