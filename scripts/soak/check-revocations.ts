import { decodeJwt } from 'jose';
import { cacheAgeOf } from './configuration.ts';
import type { Answered } from './planned-request.ts';
import type { Timeline } from './timeline.ts';
import type { Violations } from './violations.ts';
import { type Confirmed, changesOf, isOlderThan, revocationsOf, type World } from './world.ts';

interface RevocationChecksOptions {
  world: World;
  timeline: Timeline;
  violations: Violations;
  /** When a gateway was opened, in milliseconds since the epoch. */
  openedAt: (gateway: number) => number;
  /** Whether the gateways share a Redis. */
  shared: boolean;
  /** Whether a gateway can know an event at a moment by its cache keys. @param at - in milliseconds since the epoch */
  canKnow: (gateway: number, event: Confirmed, at: number) => boolean;
}

/** Other gateways refuse within this time while Redis works, in milliseconds. */
const spread = 1_000;
/** Other gateways refuse within this time after Redis was unavailable, in milliseconds: they read all revocations every 5 s. */
const spreadAfterProblem = 8_000;
/** The longest time between the last check in the gateway and the arrival of its answer, in milliseconds. */
const transit = 1_000;
/** The time after a change in which a gateway could still return an older token, in milliseconds. */
const changeMatters = 20_000;

/** A kind of violation. */
type Wrong = 'a token after its revocation' | 'a session after its revocation' | 'a token after a change';

/** An answer that must respect an acknowledged event. */
interface Suspect {
  answered: Pick<Answered, 'gateway' | 'sentAt' | 'answeredAt'>;
  kind: string;
  confirmed: Confirmed;
  wrong: Wrong;
  /** Whether the answer has what the event forbids. */
  isWrong: boolean;
  /** Whether the gateway had returned such a token before, and its age would still allow it. */
  wasHeld: boolean;
}

/** The number of comparisons of the checks. A run in which these are 0 proves nothing. */
export interface RevocationCounts {
  /** Answers to revoked callers, at a time when a token would have been a violation. */
  afterRevocation: number;
  /** Those of them whose gateway had returned such a token before, young enough to be returned again. */
  whileHeld: number;
  /** Tokens that were returned after a change, at a time when an older one would have been a violation. */
  afterChange: number;
}

/** The state of the checks of a run. Suspects are judged at its end, because messages about Redis arrive late. */
export interface RevocationChecks extends RevocationChecksOptions {
  suspects: Suspect[];
  /** The `iat` of the token that a gateway returned last, by gateway, session, organization and template. */
  returned: Map<string, number>;
}

/** Creates the state of checks that no revoked or outdated token was returned. */
export function createRevocationChecks(options: RevocationChecksOptions): RevocationChecks {
  return { ...options, suspects: [], returned: new Map() };
}

/**
 * Notes an answer to a request for tokens.
 *
 * @param tokens - the tokens in it, by the aliases of their fields
 * @param hasSession - whether the answer has fields of the session
 */
export function noteAnswer(
  checks: RevocationChecks,
  answered: Answered,
  tokens: ReadonlyMap<string, string>,
  hasSession: boolean,
): void {
  const { bearer, tokenFields, kind } = answered.planned;
  if (bearer === undefined) return;
  const { world, suspects, returned } = checks;
  const { gateway, sentAt, answeredAt } = answered;
  const times = { gateway, sentAt, answeredAt };
  const keyOf = (template: string) =>
    `${gateway} ${bearer.session.id} ${bearer.token.organizationId} ${template}`;
  const wasHeld = Object.values(tokenFields).some(({ template }) => {
    const iat = returned.get(keyOf(template)) ?? Number.NEGATIVE_INFINITY;
    return sentAt / 1_000 < iat + cacheAgeOf(template);
  });
  for (const confirmed of revocationsOf(world, bearer.session, bearer.token)) {
    const common = { answered: times, kind, confirmed, wasHeld };
    suspects.push({ ...common, wrong: 'a token after its revocation', isWrong: tokens.size > 0 });
    if (hasSession) suspects.push({ ...common, wrong: 'a session after its revocation', isWrong: true });
  }
  for (const [alias, jwt] of tokens) {
    const { iat = 0 } = decodeJwt(jwt);
    returned.set(keyOf(tokenFields[alias]?.template ?? ''), iat);
    for (const confirmed of changesOf(world, bearer.session, bearer.token)) {
      const isWrong = isOlderThan(iat, confirmed);
      if (!isWrong && sentAt > confirmed.answeredAt + changeMatters) continue;
      const wrong = 'a token after a change';
      suspects.push({ answered: times, kind, confirmed, wrong, isWrong, wasHeld: false });
    }
  }
}

/** Adds the violations. @returns what was compared */
export function judgeRevocations(checks: RevocationChecks): RevocationCounts {
  const counts = { afterRevocation: 0, whileHeld: 0, afterChange: 0 };
  for (const suspect of checks.suspects) {
    const { answered, kind, confirmed, wrong, isWrong, wasHeld } = suspect;
    const where = mustRespect(checks, suspect);
    if (where === undefined) continue;
    if (wrong === 'a token after its revocation') {
      counts.afterRevocation += 1;
      if (wasHeld) counts.whileHeld += 1;
    }
    if (wrong === 'a token after a change') counts.afterChange += 1;
    if (!isWrong) continue;
    const { gateway, sentAt, answeredAt } = answered;
    const detail = `${kind}, gateway ${gateway}: acknowledged by gateway ${confirmed.gateway} ${
      sentAt - confirmed.answeredAt
    } ms before the request, answered ${answeredAt.to - sentAt} ms later`;
    checks.violations.add(`${wrong}, ${where}`, detail, { from: sentAt, to: answeredAt.to });
  }
  return counts;
}

/** Returns why an answer had to respect an event, or `undefined` when the gateway need not have known it. */
function mustRespect(
  { timeline, openedAt, shared, canKnow }: RevocationChecks,
  { answered: { gateway, sentAt, answeredAt }, confirmed, wrong }: Suspect,
): string | undefined {
  if (gateway === confirmed.gateway) {
    // A caller that waited for a mint is checked again before it gets its token; other answers are checked once.
    const waited =
      wrong === 'a token after its revocation' && answeredAt.from > confirmed.answeredAt + transit;
    const late = sentAt > confirmed.answeredAt || waited;
    return late ? 'on the gateway that acknowledged it' : undefined;
  }
  if (!shared || sentAt <= Math.max(confirmed.answeredAt, openedAt(gateway)) + spread) return undefined;
  if (!canKnow(gateway, confirmed, sentAt)) return undefined;
  const problemEnd = Math.max(timeline.lastRedisProblem(sentAt), openedAt(gateway));
  if (problemEnd < confirmed.sentAt) return 'on another gateway, without a problem with Redis';
  return sentAt > problemEnd + spreadAfterProblem
    ? 'on another gateway, long after Redis was available again'
    : undefined;
}
