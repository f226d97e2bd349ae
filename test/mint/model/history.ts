import type { Caller } from '../../../src/auth/caller.ts';
import type { Meaning } from './meaning.ts';
import type { TemplateName } from './world.ts';

/** One request, as the model records it. */
export interface RecordedRequest {
  /** Its position in the order of all steps. */
  readonly sequence: number;
  /** Its time on the monotonic clock, in milliseconds. */
  readonly at: number;
  /** Its time on the gateway's clock, in milliseconds since the epoch. */
  readonly clock: number;
  readonly caller: Caller;
  readonly template: TemplateName;
  readonly fresh: boolean;
  /** The session, template and session claims: requests with equal keys may share a token. */
  readonly key: string;
  answered: boolean;
}

/** One call that reached Clerk. */
export interface RecordedCall {
  readonly sequence: number;
  readonly at: number;
  readonly clock: number;
  /** The request that made the gateway call. */
  readonly by: RecordedRequest;
  readonly sessionId: string;
  readonly template: string;
  readonly lifetime: number | undefined;
  /** When it will be answered, on the monotonic clock; null for never. */
  readonly due: number | null;
  answer?: RecordedAnswer;
}

/** The answer to a call; missing while it hangs. */
export interface RecordedAnswer {
  readonly sequence: number;
  readonly at: number;
  readonly clock: number;
  readonly meaning: Meaning;
}

/** A revocation, as the gateway learned it. */
export interface RecordedRevocation {
  readonly sequence: number;
  readonly clock: number;
  /** When the gateway learned it, on the monotonic clock in milliseconds. */
  readonly learnedAt: number;
  readonly effect: 'refuse' | 'drop';
  readonly subject: 'session' | 'user' | 'organization';
  readonly id: string;
  /** Seconds since the epoch. */
  readonly at: number;
}

/** All steps so far, and the rules that were broken. */
export interface History {
  readonly requests: RecordedRequest[];
  readonly calls: RecordedCall[];
  readonly revocations: RecordedRevocation[];
  /** Positions at which the gateway's clock was set. */
  readonly jumps: number[];
  readonly broken: string[];
  next(): number;
  break(rule: string, details: object): void;
}

export function createHistory(): History {
  let sequence = 0;
  const broken: string[] = [];
  return {
    requests: [],
    calls: [],
    revocations: [],
    jumps: [],
    broken,
    next: () => {
      sequence += 1;
      return sequence;
    },
    break(rule, details) {
      broken.push(`${rule}: ${JSON.stringify(details, shorter)}`);
    },
  };
}

/** Shortens callers and requests to their distinguishing fields. */
function shorter(name: string, value: unknown): unknown {
  if (name === 'caller') {
    const { sessionId, organizationId, claims } = value as Caller;
    return { sessionId, organizationId, iat: claims.iat };
  }
  if (name === 'by') return (value as RecordedRequest).sequence;
  return name === 'jwt' ? undefined : value;
}

/** Returns whether a revocation is about a caller. */
export function concerns({ subject, id }: RecordedRevocation, caller: Caller): boolean {
  if (subject === 'session') return caller.sessionId === id;
  return (subject === 'user' ? caller.userId : caller.organizationId) === id;
}

/** Returns whether the gateway must refuse the caller's session token. */
export function isRefused({ revocations }: History, caller: Caller): boolean {
  return revocations.some(
    (one) =>
      one.effect === 'refuse' &&
      concerns(one, caller) &&
      (one.subject === 'session' || caller.claims.iat <= one.at),
  );
}

/** Returns whether the gateway's clock was set after a position. */
export function clockWasSet({ jumps }: History, after: number): boolean {
  return jumps.some((jump) => jump > after);
}
