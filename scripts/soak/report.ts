import type { GatewayStats } from '../../src/index.ts';
import type { Growth, MemorySample } from './memory.ts';

/** What a run has come to. */
export interface Findings {
  seed: number;
  seconds: number;
  redis: 'shared' | 'none';
  requests: readonly string[];
  faults: Readonly<Record<string, number>>;
  /** Of each gateway. */
  stats: readonly GatewayStats[];
  /** Mints that reached the local Clerk. */
  mintRequests: number;
  /** Tokens that were handed out about when they were taken back, and looked at twice. */
  suspects: number;
  /** How often gateways lost Redis though nobody touched it. */
  unprovoked: number;
  recovery: number;
  samples: readonly MemorySample[];
  growth: Growth;
  leftovers: readonly string[];
  violations: readonly string[];
}

/** Everything that a reader wants to know, the verdict last. */
export function report(findings: Findings): string {
  const { stats, samples, growth, violations } = findings;
  const sum = (of: (one: GatewayStats) => number) => stats.reduce((all, one) => all + of(one), 0);
  const refusals = new Map<string, number>();
  for (const [reason, count] of stats.flatMap((one) => Object.entries(one.refusals))) {
    refusals.set(reason, (refusals.get(reason) ?? 0) + count);
  }
  const redis =
    findings.redis === 'none'
      ? 'none: there is no redis-server on this machine, and nothing that is shared was tested'
      : `shared; lost ${findings.unprovoked} times without a fault of ours`;
  return [
    `Soak of ${findings.seconds} s, seed ${findings.seed}, Node ${process.version}`,
    `Redis: ${redis}`,
    ...section('Requests by outcome', findings.requests),
    ...section('Faults', [list(Object.entries(findings.faults))]),
    ...section(`Gateways (${stats.length})`, [
      `mints ${sum((one) => one.mints)} (${findings.mintRequests} reached Clerk), from Redis ${sum((one) => one.shared)}, waits ${sum((one) => one.waits)}`,
      `hits: fresh ${sum((one) => one.hits.fresh)}, revalidated ${sum((one) => one.hits.revalidated)}, stale ${sum((one) => one.hits.stale)}`,
      `refusals: ${list([...refusals])}`,
      `tokens looked at because of a revocation: ${findings.suspects}`,
      `all served again ${(findings.recovery / 1000).toFixed(1)} s after the last fault`,
    ]),
    ...section('Memory after garbage collection', [
      `heap and buffers, MiB: ${samples.map((one) => mebibytes(one.heapUsed + one.external)).join(' ')}`,
      `resident, MiB: ${samples.map((one) => mebibytes(one.rss, 0)).join(' ')}`,
      `grown by ${mebibytes(growth.grown, 2)} MiB from the second third to the last, ${mebibytes(growth.bound, 2)} admitted: ${Math.round(growth.resolution)} bytes per request would be seen`,
    ]),
    ...section('Left behind', findings.leftovers.length > 0 ? findings.leftovers : ['nothing']),
    ...(violations.length > 0 ? section('VIOLATIONS', violations) : ['', 'No violations.']),
  ].join('\n');
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
