import { decodeJwt } from 'jose';
import type { Answered, Door } from './planned-request.ts';
import { createTally, type Tally } from './tally.ts';
import type { Violations } from './violations.ts';

/** The answers of a run by door. */
export interface Doors {
  readonly answers: Tally;
  /** How many more answers than audit events have a token, by door, session and `jti`. GraphQL has no such record. */
  readonly unaudited: Map<string, number>;
  /** Audit events of tokens that callers got, by door. */
  readonly audited: Record<Door, number>;
  /** Requests whose client disconnected. */
  unanswered: number;
}

/** The delivery of a token through a door. */
interface DoorDelivery {
  readonly door: Door;
  readonly sessionId: string;
  readonly jti: string;
}

/** Creates the state of a run without requests. */
export function createDoors(): Doors {
  const audited = { exchange: 0, coprocessor: 0 };
  return { answers: createTally(), unaudited: new Map(), audited, unanswered: 0 };
}

/** Counts an answer. @param outcome - as the report names it */
export function countAnswer({ answers }: Doors, { planned }: Answered, outcome: string): void {
  if (planned.expected === 'health' || planned.expected === 'readiness') return;
  answers.count(planned.door ?? 'GraphQL', outcome);
}

/** Notes the tokens in an answer. */
export function noteDelivered(
  doors: Doors,
  { planned: { door, bearer } }: Answered,
  tokens: ReadonlyMap<string, string>,
): void {
  if (door === undefined || bearer === undefined) return;
  for (const jwt of tokens.values())
    add(doors, { door, sessionId: bearer.session.id, jti: decodeJwt(jwt).jti ?? '' }, 1);
}

/** Notes an audit event of a delivered token. */
export function noteAudited(doors: Doors, delivery: DoorDelivery): void {
  doors.audited[delivery.door] += 1;
  add(doors, delivery, -1);
}

function add({ unaudited }: Doors, { door, sessionId, jti }: DoorDelivery, count: number): void {
  const key = `${door} ${sessionId} ${jti}`;
  unaudited.set(key, (unaudited.get(key) ?? 0) + count);
}

/**
 * Checks that each token of a door has an audit event with this door, and each such event an answer, unless its client disconnected. Called
 * at the end, when all audit events have arrived.
 */
export function judgeDoors({ unaudited, unanswered }: Doors, violations: Violations): void {
  let unexplained = 0;
  for (const [delivery, count] of unaudited) {
    if (count > 0) violations.add('a token without an audit event of its door', delivery);
    else unexplained -= count;
  }
  if (unexplained > unanswered)
    violations.add(
      'audit events of a door without an answer',
      `${unexplained} events, but only ${unanswered} clients disconnected`,
    );
}

/** Adds a violation when a door returned no token, or refused no caller. */
export function requireDoors({ answers }: Doors, violations: Violations): void {
  for (const door of ['exchange', 'coprocessor'] satisfies Door[])
    for (const outcome of ['token', 'UNAUTHENTICATED', 'FORBIDDEN'])
      if (answers.total(door, outcome) === 0)
        violations.add('the run lacks variety', `${door}: no answer with ${outcome}`);
}

/** Describes the answers by door, for the report. */
export function describeDoors({ answers, audited }: Doors): string[] {
  const { exchange, coprocessor } = audited;
  return [
    ...answers.describe(),
    `audit events of delivered tokens: exchange ${exchange}, coprocessor ${coprocessor}`,
  ];
}
