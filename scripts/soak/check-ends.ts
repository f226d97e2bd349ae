import type { Ask } from './ask.ts';
import type { Door, Doors } from './doors.ts';
import type { Timeline } from './timeline.ts';
import type { Violations } from './violations.ts';
import type { Confirmed, World } from './world.ts';

/** A subscription that is over. Times are milliseconds since the epoch. */
export interface EndedStream {
  door: Door;
  ask: Ask;
  openedAt: number;
  endedAt: number;
  /** Whether the subscriber has gone away. */
  left: boolean;
  /** Whether the gateway has said that this is all. */
  completed: boolean;
  /** Of the errors that it was told. */
  codes: readonly string[];
}

export interface EndChecksOptions {
  doors: Doors;
  world: World;
  timeline: Timeline;
  violations: Violations;
  /** Whether there is a Redis that tells every gateway. */
  shared: boolean;
}

/** How soon a stream ends on the gateway that was told, in milliseconds: it is ended at once, and the machine is busy. */
const soon = 2_000;
/** How soon on the others while Redis is well, in milliseconds, beside that. */
const spread = 1_000;
/** How soon after Redis was away: revocations are read again every 5 s. */
const spreadAfterTrouble = 8_000;

/** Whether streams have ended when they had to, and only then. */
export function endChecks({ doors, world, timeline, violations, shared }: EndChecksOptions) {
  const all: EndedStream[] = [];

  return {
    note(stream: EndedStream): void {
      all.push(stream);
      const { ask, door, left, completed, codes } = stream;
      if (left || !doors.all().includes(door)) return;
      if (!completed) violations.add('a stream broke off', ask.kind, stream.endedAt);
      else if (codes.length === 0 && !mayEndPlainly(stream))
        violations.add('a stream ended without a reason', ask.kind, stream.endedAt);
    },
    /** In the end, when all news of Redis are in. */
    judge(): void {
      for (const stream of all) {
        for (const confirmed of confirmedDuring(stream)) {
          const late = stream.endedAt - latestEnd(stream, confirmed);
          if (late > 0)
            violations.add(
              'a stream did not end with its session',
              `${stream.ask.kind}, gateway ${stream.door.id}: ${late} ms late; confirmed by gateway ${confirmed.gateway}`,
              stream.endedAt,
            );
        }
      }
    },
  };

  /** What has ended its session, or changed what it may do, while it was open. */
  function confirmedDuring({ ask: { bearer }, openedAt, endedAt }: EndedStream): Confirmed[] {
    if (bearer === undefined) return [];
    const { session, token } = bearer;
    return [
      ...world.confirmedFor(session, token),
      ...world.changedFor(session, token, Math.floor(openedAt / 1_000)),
    ].filter(({ sentAt, answeredAt }) => sentAt > openedAt && answeredAt < endedAt);
  }

  function latestEnd({ door, endedAt }: EndedStream, { gateway, sentAt, answeredAt }: Confirmed): number {
    if (gateway === door.id) return answeredAt + soon;
    if (!shared) return Number.POSITIVE_INFINITY;
    const told = Math.max(answeredAt, doors.openedAt(door.id));
    const trouble = Math.max(timeline.lastRedisTrouble(endedAt), doors.openedAt(door.id));
    return trouble < sentAt ? told + spread + soon : trouble + spreadAfterTrouble + soon;
  }
}

/** What a permission allows lasts as long as the session token that shows it. */
function mayEndPlainly({ ask, endedAt }: EndedStream): boolean {
  const asksOfClaims = ask.wanted.t0?.template === 'reports';
  return asksOfClaims && endedAt >= (ask.bearer?.token.expiresAt ?? 0) * 1_000 - soon;
}
