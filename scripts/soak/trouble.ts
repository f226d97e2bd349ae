import { setTimeout as pause } from 'node:timers/promises';
import type { RedisServer } from '../../test/support/redis-server.ts';
import type { Remote } from '../../test/support/remote.ts';
import { type ClerkFault, clerkFaults } from './clerk-faults.ts';
import type { ClerkProcess } from './clerk-process.ts';
import type { Random } from './random.ts';
import { type RedisFaultName, redisFaults } from './redis-faults.ts';
import type { Timeline } from './timeline.ts';

/** Makes trouble at Clerk, one fault after the other with rests between, until told to stop. Every fault has its turn. */
export async function troubleClerk(
  clerk: Remote<ClerkProcess>,
  timeline: Timeline,
  random: Random,
  stop: AbortSignal,
): Promise<void> {
  const next = random.deal(Object.keys(clerkFaults) as ClerkFault[]);
  while (await rested(random.between(400, 2_400), stop)) {
    const fault = next();
    const end = timeline.begin('clerk', fault);
    await clerk.beginFault(fault);
    await rested(random.between(300, 1_500), stop);
    await clerk.endFault();
    end();
  }
}

/** The same for Redis, with longer rests: between the instances, something is promised only while it is up. */
export async function troubleRedis(
  server: RedisServer,
  timeline: Timeline,
  random: Random,
  stop: AbortSignal,
): Promise<void> {
  const next = random.deal(Object.keys(redisFaults) as RedisFaultName[]);
  while (await rested(random.between(3_000, 7_000), stop)) {
    const fault = next();
    const end = timeline.begin('redis', fault);
    await redisFaults[fault](server, random);
    end();
  }
}

/** Waits. @returns whether to go on */
export async function rested(milliseconds: number, stop: AbortSignal): Promise<boolean> {
  await pause(milliseconds, undefined, { signal: stop }).catch(() => {});
  return !stop.aborted;
}
