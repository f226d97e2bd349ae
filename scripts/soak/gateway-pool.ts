import { setTimeout as pause } from 'node:timers/promises';
import type { Remote } from '../../test/support/remote.ts';
import { type Fleet, join, leave, type Member, settingsOf } from './fleet.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { waitUnlessStopped } from './inject-faults.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** An open gateway. */
export interface Target {
  readonly id: number;
  readonly origin: string;
  /** Milliseconds since the epoch. */
  readonly openedAt: number;
  /** Its settings. */
  readonly member: Member;
  /** The number of requests and reloads in flight. */
  busy: number;
}

/** The open gateways: two permanent ones, and one that is replaced every few seconds. */
export interface GatewayPool {
  any(): Target;
  /** Returns a permanent gateway, for webhooks: after a data loss in Redis, it restores the revocations that it acknowledged. */
  permanent(): Target;
  permanentIds(): readonly number[];
  all(): readonly Target[];
  openedAt(id: number): number;
  /** Replaces the temporary gateway until the signal is aborted. */
  replace(stop: AbortSignal): Promise<void>;
}

/** The life of the temporary gateway, in milliseconds. */
const stay = 6_000;

export async function openGatewayPool(
  gateways: Remote<GatewayProcess>,
  fleet: Fleet,
  timeline: Timeline,
  random: Random,
): Promise<GatewayPool> {
  const openedAt = new Map<number, number>();
  async function open(logger: 'own' | 'plain'): Promise<Target> {
    const began = Date.now();
    const member = join(fleet);
    const { id } = member;
    const { origin } = await gateways.open(id, settingsOf(fleet, member), logger);
    // When it is ready, it has read the revocations from Redis.
    openedAt.set(id, Date.now());
    return { id, origin, openedAt: began, member, busy: 0 };
  }
  const permanent = [await open('own'), await open('plain')];
  let temporary = await open('own');

  return {
    any: () => random.pick([...permanent, temporary]),
    permanent: () => random.pick(permanent),
    permanentIds: () => permanent.map(({ id }) => id),
    all: () => [...permanent, temporary],
    openedAt: (id) => openedAt.get(id) ?? 0,
    async replace(stop) {
      while (await waitUnlessStopped(stay, stop)) {
        const old = temporary;
        temporary = await open(random.pick(['own', 'plain']));
        while (old.busy > 0) await pause(50);
        await gateways.close(old.id);
        leave(fleet, old.member);
        timeline.noteRedis(old.id, 'connected', Date.now());
      }
    },
  };
}
