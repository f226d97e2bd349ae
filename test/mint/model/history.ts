import type { Caller } from '../../../src/auth/caller.ts';
import type { Meaning } from './meaning.ts';
import type { TemplateName } from './world.ts';

/** One request, as the model remembers it. */
export interface Asked {
  /** When, in the order of everything that happened. */
  readonly order: number;
  /** When, in milliseconds that no change of the clock touches. */
  readonly at: number;
  /** When, by the clock of the gateway, in milliseconds. */
  readonly clock: number;
  readonly caller: Caller;
  readonly template: TemplateName;
  readonly fresh: boolean;
  /** Which tokens may be shared: session, template, and what the session token says. */
  readonly key: string;
  answered: boolean;
}

/** One call that reached Clerk. */
export interface Called {
  readonly order: number;
  readonly at: number;
  readonly clock: number;
  /** Whose request made the gateway call. */
  readonly by: Asked;
  readonly sessionId: string;
  readonly template: string;
  readonly lifetime: number | undefined;
  /** When it will be answered; null for never. */
  readonly due: number | null;
  answer?: Answered;
}

/** What a call was answered with; missing while it hangs. */
export interface Answered {
  readonly order: number;
  readonly at: number;
  readonly clock: number;
  readonly meaning: Meaning;
}

/** Something that was taken back, as the gateway learned it. */
export interface TakenBack {
  readonly order: number;
  readonly clock: number;
  /** When the gateway learned it, in milliseconds that no change of the clock touches. */
  readonly learnedAt: number;
  readonly effect: 'refuse' | 'drop';
  readonly subject: 'session' | 'user' | 'organization';
  readonly id: string;
  /** Seconds since the epoch. */
  readonly at: number;
}

/** Everything that happened, and which rule it broke. */
export interface History {
  readonly asked: Asked[];
  readonly called: Called[];
  readonly takenBack: TakenBack[];
  /** Orders in which the clock of the gateway was set. */
  readonly jumps: number[];
  readonly broken: string[];
  next(): number;
  break(rule: string, details: object): void;
}

export function createHistory(): History {
  let order = 0;
  const broken: string[] = [];
  return {
    asked: [],
    called: [],
    takenBack: [],
    jumps: [],
    broken,
    next: () => {
      order += 1;
      return order;
    },
    break(rule, details) {
      broken.push(`${rule}: ${JSON.stringify(details, shorter)}`);
    },
  };
}

/** Of a caller and a request, what tells them apart. */
function shorter(name: string, value: unknown): unknown {
  if (name === 'caller') {
    const { sessionId, organizationId, claims } = value as Caller;
    return { sessionId, organizationId, iat: claims.iat };
  }
  if (name === 'by') return (value as Asked).order;
  return name === 'jwt' ? undefined : value;
}

/** Whether something that was taken back is about a caller. */
export function concerns({ subject, id }: TakenBack, caller: Caller): boolean {
  if (subject === 'session') return caller.sessionId === id;
  return (subject === 'user' ? caller.userId : caller.organizationId) === id;
}

/** Whether the gateway must not accept the caller's session token any more. */
export function isRefused({ takenBack }: History, caller: Caller): boolean {
  return takenBack.some(
    (one) =>
      one.effect === 'refuse' &&
      concerns(one, caller) &&
      (one.subject === 'session' || caller.claims.iat <= one.at),
  );
}

/** Whether the clock was set after this. */
export function clockWasSet({ jumps }: History, after: number): boolean {
  return jumps.some((jump) => jump > after);
}
