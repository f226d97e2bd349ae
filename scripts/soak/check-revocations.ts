import { decodeJwt } from 'jose';
import type { Answered } from './ask.ts';
import type { Timeline } from './timeline.ts';
import type { Violations } from './violations.ts';
import type { Confirmed, World } from './world.ts';

export interface RevocationChecksOptions {
  world: World;
  timeline: Timeline;
  violations: Violations;
  /** When a gateway was opened, in milliseconds since the epoch. */
  openedAt: (gateway: number) => number;
  /** Whether there is a Redis that tells every gateway. */
  shared: boolean;
}

/** How soon the other instances refuse while Redis is well, in milliseconds. */
const spread = 1_000;
/** How soon they do after Redis was away: revocations are read again every 5 s, and what was lost is put back. */
const spreadAfterTrouble = 8_000;
/** What may lie between the last look of the gateway and the answer at its client, in milliseconds. */
const transit = 1_000;

/** What a revocation, or a change, speaks against. */
type Wrong = 'a token after its revocation' | 'a session after its revocation' | 'a token after a change';

/** Whether tokens were handed out that had been taken back. Judged in the end: news of Redis come late. */
export function revocationChecks({ world, timeline, violations, openedAt, shared }: RevocationChecksOptions) {
  const suspects: { answered: Answered; confirmed: Confirmed; wrong: Wrong }[] = [];
  let looked = 0;

  return {
    onToken(answered: Answered, jwt: string): void {
      const { bearer } = answered.ask;
      if (bearer === undefined) return;
      const { iat = 0 } = decodeJwt(jwt);
      const all = world.confirmedFor(bearer.session, bearer.token);
      looked += all.length;
      suspect('a token after its revocation', answered, all);
      suspect('a token after a change', answered, world.changedFor(bearer.session, bearer.token, iat));
    },
    /** The fields of a session are answered to its bearer, without a token. */
    onSession(answered: Answered): void {
      const { bearer } = answered.ask;
      if (bearer === undefined) return;
      const all = world.confirmedFor(bearer.session, bearer.token);
      suspect('a session after its revocation', answered, all);
    },
    judge(): void {
      for (const { answered, confirmed, wrong } of suspects) {
        const detail = `${answered.ask.kind}, gateway ${answered.gateway}: confirmed by gateway ${confirmed.gateway} ${
          answered.sentAt - confirmed.answeredAt
        } ms before the request, answered ${answered.answeredAt - answered.sentAt} ms later`;
        const where = broken(answered, confirmed, wrong);
        if (where) violations.add(`${wrong}, ${where}`, detail, answered.answeredAt);
      }
    },
    /** Tokens that were handed out about when they were taken back. */
    suspects: () => looked,
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
      // Who waits for a mint is looked at again before it gets its token; nothing else is looked at twice.
      const waited = wrong === 'a token after its revocation' && answeredAt > confirmed.answeredAt + transit;
      const late = sentAt > confirmed.answeredAt || waited;
      return late ? 'on the gateway that had confirmed it' : undefined;
    }
    if (!shared || sentAt <= Math.max(confirmed.answeredAt, openedAt(gateway)) + spread) return undefined;
    const trouble = Math.max(timeline.lastRedisTrouble(sentAt), openedAt(gateway));
    if (trouble < confirmed.sentAt) return 'on another gateway, with Redis up all the time';
    return sentAt > trouble + spreadAfterTrouble
      ? 'on another gateway, Redis being back for long'
      : undefined;
  }
}
