import { decodeJwt } from 'jose';
import type { Answered } from './planned-request.ts';
import type { Timeline } from './timeline.ts';
import type { Violations } from './violations.ts';
import { type Confirmed, changesSince, revocationsOf, type World } from './world.ts';

interface RevocationChecksOptions {
  world: World;
  timeline: Timeline;
  violations: Violations;
  /** When a gateway was opened, in milliseconds since the epoch. */
  openedAt: (gateway: number) => number;
  /** Whether the gateways share a Redis. */
  shared: boolean;
}

/** Other gateways refuse within this time while Redis works, in milliseconds. */
const spread = 1_000;
/** Other gateways refuse within this time after Redis was unavailable, in milliseconds: they read all revocations every 5 s. */
const spreadAfterProblem = 8_000;
/** The longest time between the last check in the gateway and the arrival of its answer, in milliseconds. */
const transit = 1_000;

/** A kind of violation. */
type Wrong = 'a token after its revocation' | 'a session after its revocation' | 'a token after a change';

/** Creates checks that no revoked token was returned. Suspects are judged at the end, because messages about Redis arrive late. */
export function revocationChecks({ world, timeline, violations, openedAt, shared }: RevocationChecksOptions) {
  const suspects: { answered: Answered; confirmed: Confirmed; wrong: Wrong }[] = [];
  let checkedTokens = 0;

  return {
    onToken(answered: Answered, jwt: string): void {
      const { bearer } = answered.planned;
      if (bearer === undefined) return;
      const { iat = 0 } = decodeJwt(jwt);
      const all = revocationsOf(world, bearer.session, bearer.token);
      checkedTokens += all.length;
      suspect('a token after its revocation', answered, all);
      suspect('a token after a change', answered, changesSince(world, bearer.session, bearer.token, iat));
    },
    /** Checks an answer with fields of the session. */
    onSession(answered: Answered): void {
      const { bearer } = answered.planned;
      if (bearer === undefined) return;
      const all = revocationsOf(world, bearer.session, bearer.token);
      suspect('a session after its revocation', answered, all);
    },
    judge(): void {
      for (const { answered, confirmed, wrong } of suspects) {
        const detail = `${answered.planned.kind}, gateway ${answered.gateway}: acknowledged by gateway ${confirmed.gateway} ${
          answered.sentAt - confirmed.answeredAt
        } ms before the request, answered ${answered.answeredAt - answered.sentAt} ms later`;
        const where = broken(answered, confirmed, wrong);
        if (where) violations.add(`${wrong}, ${where}`, detail, answered.answeredAt);
      }
    },
    /** Returns the number of tokens that were returned close to a revocation. */
    suspects: () => checkedTokens,
  };

  function suspect(wrong: Wrong, answered: Answered, all: readonly Confirmed[]): void {
    for (const confirmed of all) suspects.push({ answered, confirmed, wrong });
  }

  function broken(
    { gateway, sentAt, answeredAt }: Answered,
    confirmed: Confirmed,
    wrong: Wrong,
  ): string | undefined {
    if (gateway === confirmed.gateway) {
      // A caller that waited for a mint is checked again before it gets its token; other answers are checked once.
      const waited = wrong === 'a token after its revocation' && answeredAt > confirmed.answeredAt + transit;
      const late = sentAt > confirmed.answeredAt || waited;
      return late ? 'on the gateway that acknowledged it' : undefined;
    }
    if (!shared || sentAt <= Math.max(confirmed.answeredAt, openedAt(gateway)) + spread) return undefined;
    const problemEnd = Math.max(timeline.lastRedisProblem(sentAt), openedAt(gateway));
    if (problemEnd < confirmed.sentAt) return 'on another gateway, without a problem with Redis';
    return sentAt > problemEnd + spreadAfterProblem
      ? 'on another gateway, long after Redis was available again'
      : undefined;
  }
}
