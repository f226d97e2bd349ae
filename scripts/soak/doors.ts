import { setTimeout as pause } from 'node:timers/promises';
import type { Remote } from '../../test/support/remote.ts';
import type { GatewayConnection, GatewayProcess } from './gateway-process.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';
import { rested } from './trouble.ts';

/** A gateway, as its clients know it. */
export interface Door {
  readonly id: number;
  readonly origin: string;
  /** Milliseconds since the epoch. */
  readonly openedAt: number;
  /** Requests under way. */
  busy: number;
}

/** The gateways that can be asked: two that stay, and one that is replaced again and again. */
export interface Doors {
  any(): Door;
  /** One that stays, for Clerk's webhooks: what it has confirmed, it can put back after Redis has lost it. */
  lasting(): Door;
  all(): readonly Door[];
  openedAt(id: number): number;
  /** Opens new ones for old until told to stop. */
  replace(stop: AbortSignal): Promise<void>;
}

/** How long a gateway that is replaced stays, in milliseconds. */
const stay = 6_000;

export async function openDoors(
  gateways: Remote<GatewayProcess>,
  connection: GatewayConnection,
  timeline: Timeline,
  random: Random,
): Promise<Doors> {
  const openedAt = new Map<number, number>();
  async function open(logger: 'own' | 'plain'): Promise<Door> {
    const began = Date.now();
    const { id, origin } = await gateways.open(connection, logger);
    // What it can know it has read a moment after it began.
    openedAt.set(id, Date.now());
    return { id, origin, openedAt: began, busy: 0 };
  }
  const lasting = [await open('own'), await open('plain')];
  let passing = await open('own');

  return {
    any: () => random.pick([...lasting, passing]),
    lasting: () => random.pick(lasting),
    all: () => [...lasting, passing],
    openedAt: (id) => openedAt.get(id) ?? 0,
    async replace(stop) {
      while (await rested(stay, stop)) {
        const old = passing;
        passing = await open(random.pick(['own', 'plain']));
        while (old.busy > 0) await pause(50);
        await gateways.close(old.id);
        timeline.noteRedis(old.id, 'here', Date.now());
      }
    },
  };
}
