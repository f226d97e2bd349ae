import type { GatewayStats } from '../../src/index.ts';
import type { Calm } from './calm.ts';
import type { RevocationCounts } from './check-revocations.ts';
import type { Growth, MemorySample } from './memory.ts';

/** The results of a run. */
interface Findings {
  seed: number;
  seconds: number;
  redis: 'shared' | 'none';
  requests: readonly string[];
  /** One line for each door, and one for their audit events. */
  doors: readonly string[];
  faults: Readonly<Record<string, number>>;
  /** One line for each figure. */
  reloads: readonly string[];
  /** The time without faults at the end. */
  calm: Calm;
  /** The statistics of each gateway. */
  stats: readonly GatewayStats[];
  /** The answers to the load, without those after it. */
  ways: GatewayStats['requests'];
  /** Mints that reached the local Clerk. */
  mintRequests: number;
  revocations: RevocationCounts;
  /** How often gateways lost Redis without an injected fault. */
  unprovoked: number;
  recovery: number;
  samples: readonly MemorySample[];
  growth: Growth;
  leftovers: readonly string[];
  violations: readonly string[];
}

/** Formats the results as text, with the violations last. */
export function report(findings: Findings): string {
  const { stats, samples, growth, violations, revocations, calm } = findings;
  const { fastPath, yoga } = findings.ways;
  const sum = (of: (one: GatewayStats) => number) => stats.reduce((all, one) => all + of(one), 0);
  const refusals = new Map<string, number>();
  for (const [reason, count] of stats.flatMap((one) => Object.entries(one.refusals))) {
    refusals.set(reason, (refusals.get(reason) ?? 0) + count);
  }
  const redis =
    findings.redis === 'none'
      ? 'none: redis-server is not installed, so shared state was not tested'
      : `shared; lost ${findings.unprovoked} times without an injected fault`;
  return [
    `Soak of ${findings.seconds} s, seed ${findings.seed}, Node ${process.version}`,
    `Redis: ${redis}`,
    ...section('Requests by outcome', findings.requests),
    ...section('Answers and events by door, with those after the load', findings.doors),
    ...section('Faults', [list(Object.entries(findings.faults))]),
    ...section('Reloads', [
      ...findings.reloads,
      `without faults, in ${calm.seconds.toFixed(1)} s: ${calm.reloads} reloads, ${calm.requests} requests, ${calm.streams} subscriptions`,
    ]),
    ...section(`Gateways (${stats.length})`, [
      `mints ${sum((one) => one.mints)} (${findings.mintRequests} reached Clerk), from Redis ${sum((one) => one.shared)}, waits ${sum((one) => one.waits)}`,
      `hits: fresh ${sum((one) => one.hits.fresh)}, revalidated in the background ${sum((one) => one.hits.revalidated)}, stale ${sum((one) => one.hits.stale)}`,
      `requests before the recovery: ${fastPath} answered by the fast path, ${yoga} by Yoga (${Math.round((100 * fastPath) / (fastPath + yoga))} % by the fast path)`,
      `refusals: ${list([...refusals])}`,
      `answers checked against a revocation: ${revocations.afterRevocation}, ${revocations.whileHeld} of them where the gateway had a token to return`,
      `tokens checked against a change: ${revocations.afterChange}`,
      `every gateway had recovered ${(findings.recovery / 1000).toFixed(1)} s after the last fault`,
    ]),
    ...section('Memory after garbage collection', [
      `heap and buffers, MiB: ${samples.map((one) => mebibytes(one.heapUsed + one.external)).join(' ')}`,
      `resident, MiB: ${samples.map((one) => mebibytes(one.rss, 0)).join(' ')}`,
      `growth from the second third to the last: ${mebibytes(growth.grown, 2)} MiB, limit ${mebibytes(growth.bound, 2)} MiB; a leak of ${Math.round(growth.resolution)} bytes per request would be found`,
    ]),
    ...section('Left open', findings.leftovers.length > 0 ? findings.leftovers : ['nothing']),
    ...(violations.length > 0 ? section('VIOLATIONS', violations) : ['', 'No violations.']),
  ].join('\n');
}

/** Returns how many GraphQL requests each way answered. */
export function requestsOf(stats: readonly GatewayStats[]): GatewayStats['requests'] {
  const sum = (way: keyof GatewayStats['requests']) =>
    stats.reduce((all, { requests }) => all + requests[way], 0);
  return { fastPath: sum('fastPath'), yoga: sum('yoga') };
}

function section(title: string, lines: readonly string[]): string[] {
  return ['', title, ...lines.map((line) => `  ${line}`)];
}

function list(counts: readonly (readonly [string, number])[]): string {
  return counts.map(([name, count]) => `${name} ${count}`).join(', ');
}

function mebibytes(bytes: number, digits = 1): string {
  return (bytes / 1_048_576).toFixed(digits);
}
