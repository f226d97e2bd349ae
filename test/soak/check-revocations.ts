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

/** Whether tokens were handed out that had been taken back. Judged in the end: news of Redis come late. */
export function revocationChecks({ world, timeline, violations, openedAt, shared }: RevocationChecksOptions) {
  const suspects: { answered: Answered; confirmed: Confirmed }[] = [];
  let looked = 0;

  return {
    onToken(answered: Answered): void {
      const { bearer } = answered.ask;
      if (bearer === undefined) return;
      const all = world.confirmedFor(bearer.session, bearer.token);
      looked += all.length;
      for (const confirmed of all) suspects.push({ answered, confirmed });
    },
    judge(): void {
      for (const { answered, confirmed } of suspects) {
        const detail = `${answered.ask.kind}, gateway ${answered.gateway}: confirmed by gateway ${confirmed.gateway} ${
          answered.sentAt - confirmed.answeredAt
        } ms before the request, answered ${answered.answeredAt - answered.sentAt} ms later`;
        const where = broken(answered, confirmed);
        if (where) violations.add(`a token after its revocation, ${where}`, detail, answered.answeredAt);
      }
    },
    /** Tokens that were handed out about when they were taken back. */
    suspects: () => looked,
  };

  function broken({ gateway, sentAt, answeredAt }: Answered, confirmed: Confirmed): string | undefined {
    if (gateway === confirmed.gateway) {
      const late = sentAt > confirmed.answeredAt || answeredAt > confirmed.answeredAt + transit;
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
