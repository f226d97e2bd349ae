import type { Remote } from '../../test/support/remote.ts';
import { beginReload, endReload, settingsOf } from './fleet.ts';
import type { GatewayPool, Target } from './gateway-pool.ts';
import type { GatewayProcess } from './gateway-process.ts';
import {
  type BadConfiguration,
  badConfigurations,
  changedSettings,
  initialSettings,
} from './gateway-settings.ts';
import { waitUnlessStopped } from './inject-faults.ts';
import type { Random } from './random.ts';
import { chooseSteps, endRotations, type Rotations, rotationCounts } from './rotations.ts';
import type { Violations } from './violations.ts';

interface ReloadsOptions {
  readonly gateways: Remote<GatewayProcess>;
  readonly pool: GatewayPool;
  readonly rotations: Rotations;
  readonly violations: Violations;
  readonly random: Random;
}

/** The reloads of a run. */
export interface Reloads extends ReloadsOptions {
  applied: number;
  /** By bad configuration. */
  readonly refused: Map<string, number>;
  readonly nextBad: () => BadConfiguration;
}

/** How often gateways are reloaded. */
interface Pace {
  /** The longest time between two groups of reloads, in milliseconds. The shortest is half of it. */
  readonly pauseMs: number;
  /** The probability of each step of a rotation that a gateway may take. */
  readonly stepProbability: number;
}

/** Between two groups, the fast path has time to learn again, so that it answers enough requests to be tested. */
export const usualPace: Pace = { pauseMs: 7_000, stepProbability: 0.6 };
/** The smallest number of reloads in a full run that must take effect. */
const leastApplied = 100;
/** The number below which pauses are shorter. */
const dueInAMinute = 115;

/** Creates the state of a run without reloads. */
export function createReloads(options: ReloadsOptions): Reloads {
  const bad = Object.keys(badConfigurations) as BadConfiguration[];
  return { ...options, applied: 0, refused: new Map(), nextBad: options.random.cycle(bad) };
}

/** Reloads all gateways several times in random order, again and again, until the signal is aborted. */
export async function reloadGateways(
  reloads: Reloads,
  { pauseMs, stepProbability }: Pace,
  stop: AbortSignal,
): Promise<void> {
  const { pool, random, rotations } = reloads;
  const next = random.cycle([0, 1, 2]);
  const began = performance.now();
  const appliedBefore = reloads.applied;
  /** On a busy machine, the reloads themselves take so long that shorter pauses must make up for it. */
  const pause = () => {
    const due = ((performance.now() - began) / 60_000) * dueInAMinute;
    const longest = reloads.applied - appliedBefore < due ? pauseMs / 4 : pauseMs;
    return random.between(longest / 2, longest);
  };
  while (await waitUnlessStopped(pause(), stop)) {
    for (let times = random.between(14, 22); times > 0 && !stop.aborted; times -= 1) {
      const target = pool.all()[next()];
      if (target) await whileBusy(target, () => reloadOnce(reloads, target, stepProbability));
      await endRotations(rotations);
      await waitUnlessStopped(random.between(0, 20), stop);
    }
  }
}

/** Adds a violation when fewer than 100 reloads took effect, no bad configuration was refused, or a secret was not rotated. */
export function requireReloads({ applied, refused, rotations, violations }: Reloads): void {
  const lacking = (what: string) => violations.add('the run lacks variety', what);
  if (applied < leastApplied) lacking(`only ${applied} reloads took effect`);
  for (const bad of Object.keys(badConfigurations)) if (!refused.has(bad)) lacking(`never refused: ${bad}`);
  for (const [name, count] of rotationCounts(rotations)) if (count === 0) lacking(`${name} was not rotated`);
  if (rotations.accepted === 0) lacking('no gateway has seen that Clerk accepts a newer secret key');
}

/** Describes the reloads, for the report. */
export function describeReloads({ applied, refused, rotations }: Reloads): string[] {
  const list = (counts: Iterable<readonly [string, number]>) =>
    [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
  return [
    `took effect: ${applied}`,
    `refused: ${list(refused)}`,
    `rotations: ${list(rotationCounts(rotations))}`,
  ];
}

/** Lets a gateway stay open during work. */
async function whileBusy(target: Target, work: () => Promise<void>): Promise<void> {
  target.busy += 1;
  try {
    await work();
  } finally {
    target.busy -= 1;
  }
}

async function reloadOnce(reloads: Reloads, target: Target, stepProbability: number): Promise<void> {
  const { random, rotations } = reloads;
  const { member } = target;
  if (random.chance(0.15)) return reloadBadly(reloads, target);
  const plain = random.chance(0.7) ? changedSettings(member.plain, random) : member.plain;
  beginReload(member, plain, await chooseSteps(rotations, member, stepProbability));
  const outcome = await reloads.gateways.reload(target.id, settingsOf(rotations.fleet, member));
  endReload(rotations.fleet, member);
  reloads.applied += 1;
  const { cacheSize } = initialSettings;
  const isExpected =
    outcome ===
    (plain.cacheSize === cacheSize ? 'applied' : 'applied, but a restart is needed for cacheSize');
  if (!isExpected) reportOutcome(reloads, target, outcome);
}

async function reloadBadly(reloads: Reloads, target: Target): Promise<void> {
  const { gateways, rotations, nextBad, refused } = reloads;
  const bad = nextBad();
  const outcome = await gateways.reload(target.id, settingsOf(rotations.fleet, target.member), bad);
  refused.set(bad, (refused.get(bad) ?? 0) + 1);
  if (!outcome.startsWith('refused')) reportOutcome(reloads, target, `${bad}: ${outcome}`);
}

function reportOutcome({ violations }: Reloads, { id }: Target, outcome: string): void {
  violations.add('a reload with an unexpected outcome', `gateway ${id}: ${outcome}`);
}
