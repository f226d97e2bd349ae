import type { GatewayPool, Target } from './gateway-pool.ts';
import type { Period } from './period.ts';
import type { PlannedRequest } from './planned-request.ts';
import type { Timeline } from './timeline.ts';
import type { Violations } from './violations.ts';
import { type Confirmed, changesOf, isOlderThan, revocationsOf, type World } from './world.ts';

/** A subscription that has ended. Times are milliseconds since the epoch. */
interface EndedStream {
  target: Target;
  planned: PlannedRequest;
  openedAt: number;
  endedAt: Period;
  /** Whether the subscriber ended it. */
  left: boolean;
  /** Whether the gateway sent the event `complete`. */
  completed: boolean;
  /** The codes of the errors in its events. */
  codes: readonly string[];
}

interface EndChecksOptions {
  pool: GatewayPool;
  world: World;
  timeline: Timeline;
  violations: Violations;
  /** Whether the gateways share a Redis. */
  shared: boolean;
}

/** A stream on the gateway that got the webhook ends within this time, in milliseconds, because the machine may be busy. */
const soon = 2_000;
/** On other gateways it ends this much later while Redis works, in milliseconds. */
const spread = 1_000;
/** On other gateways it ends within this time after Redis was unavailable, in milliseconds: they read all revocations every 5 s. */
const spreadAfterProblem = 8_000;

/** Creates checks that streams ended when they had to, and only then. */
export function endChecks({ pool, world, timeline, violations, shared }: EndChecksOptions) {
  const all: EndedStream[] = [];

  return {
    note(stream: EndedStream): void {
      all.push(stream);
      const { planned, target, left, completed, codes } = stream;
      if (left || !pool.all().includes(target)) return;
      if (!completed)
        violations.add('a stream ended without the event complete', planned.kind, stream.endedAt);
      else if (codes.length === 0 && !mayEndPlainly(stream))
        violations.add('a stream ended without a reason', planned.kind, stream.endedAt);
    },
    /** Adds the violations. Called at the end, when all messages about Redis have arrived. */
    judge(): void {
      for (const stream of all) {
        for (const confirmed of confirmedDuring(stream)) {
          const late = stream.endedAt.from - latestEnd(stream, confirmed);
          if (late > 0)
            violations.add(
              'a stream did not end with its session',
              `${stream.planned.kind}, gateway ${stream.target.id}: ${late} ms late; confirmed by gateway ${confirmed.gateway}`,
              stream.endedAt,
            );
        }
      }
    },
  };

  /** Returns the acknowledged events that ended the session of a stream, or changed its rights, while it was open. */
  function confirmedDuring({ planned: { bearer }, openedAt, endedAt }: EndedStream): Confirmed[] {
    if (bearer === undefined) return [];
    const { session, token } = bearer;
    return [
      ...revocationsOf(world, session, token),
      ...changesOf(world, session, token).filter((one) => isOlderThan(Math.floor(openedAt / 1_000), one)),
    ].filter(({ sentAt, answeredAt }) => sentAt > openedAt && answeredAt < endedAt.from);
  }

  function latestEnd({ target, endedAt }: EndedStream, { gateway, sentAt, answeredAt }: Confirmed): number {
    if (gateway === target.id) return answeredAt + soon;
    if (!shared) return Number.POSITIVE_INFINITY;
    const learned = Math.max(answeredAt, pool.openedAt(target.id));
    const problemEnd = Math.max(timeline.lastRedisProblem(endedAt.to), pool.openedAt(target.id));
    return problemEnd < sentAt ? learned + spread + soon : problemEnd + spreadAfterProblem + soon;
  }
}

/** A stream that needs a permission ends with the session token that proves it. */
function mayEndPlainly({ planned, endedAt }: EndedStream): boolean {
  const needsPermission = planned.tokenFields.t0?.template === 'reports';
  return needsPermission && endedAt.to >= (planned.bearer?.token.expiresAt ?? 0) * 1_000 - soon;
}
