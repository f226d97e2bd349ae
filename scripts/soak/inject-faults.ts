import { setTimeout as pause } from 'node:timers/promises';
import type { RedisServer } from '../../test/support/redis-server.ts';
import type { Remote } from '../../test/support/remote.ts';
import { type ClerkFault, clerkFaults } from './clerk-faults.ts';
import type { ClerkProcess } from './clerk-process.ts';
import type { Random } from './random.ts';
import { type RedisFaultName, redisFaults } from './redis-faults.ts';
import type { Timeline } from './timeline.ts';

/** Injects the faults of Clerk one after the other in random order, with pauses, until the signal is aborted. */
export async function injectClerkFaults(
  clerk: Remote<ClerkProcess>,
  timeline: Timeline,
  random: Random,
  stop: AbortSignal,
): Promise<void> {
  const next = random.cycle(Object.keys(clerkFaults) as ClerkFault[]);
  while (await waitUnlessStopped(random.between(400, 2_400), stop)) {
    const fault = next();
    const { end } = timeline.begin('clerk', fault);
    await clerk.beginFault(fault);
    await waitUnlessStopped(random.between(300, 1_500), stop);
    await clerk.endFault();
    end();
  }
}

/** Injects the faults of Redis, with longer pauses, because checks across gateways apply only while Redis works. */
export async function injectRedisFaults(
  server: RedisServer,
  timeline: Timeline,
  random: Random,
  stop: AbortSignal,
): Promise<void> {
  const next = random.cycle(Object.keys(redisFaults) as RedisFaultName[]);
  while (await waitUnlessStopped(random.between(3_000, 7_000), stop)) {
    const fault = next();
    const { heldDuring, end } = timeline.begin('redis', fault);
    await redisFaults[fault](server, random, async (milliseconds) => {
      const from = Date.now();
      await pause(milliseconds);
      heldDuring({ from, to: Date.now() });
    });
    end();
  }
}

/** Waits until a time has passed or the signal is aborted. @returns false if the signal is aborted */
export async function waitUnlessStopped(milliseconds: number, stop: AbortSignal): Promise<boolean> {
  await pause(milliseconds, undefined, { signal: stop }).catch(() => {});
  return !stop.aborted;
}
