// Documents, variables, headers, bodies and bytes at random, over real sockets, for a minute: contract X12. Ends with a report, and
// with 1 when an answer was not as it must be; what is printed then is enough to do it again.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startProcess } from '../../test/support/remote.ts';
import { growthOf, type MemorySample } from '../soak/memory.ts';
import type { FuzzGateways, FuzzNews } from './gateway-process.ts';
import { fillDocuments, isAnsweredWell } from './good-query.ts';
import { fuzzRound, type Target } from './round.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000_000)) },
  },
});
const [seconds, seed] = [values.seconds, values.seed].map(wholeNumber) as [number, number];
/** Attempts of one round, after each of which a good query is asked and the memory weighed. */
const runsPerRound = 60;
/** Rounds side by side: many attempts wait for a silence. */
const sideBySide = 6;
/** Milliseconds for making a failure smaller. */
const shrinking = 20_000;

console.log(`fuzz: ${seconds} s, seed ${seed}`);
const failures: string[] = [];
const statuses: Record<string, number> = {};
const samples: MemorySample[] = [];
const { ask, child } = await startProcess<FuzzGateways>(
  fileURLToPath(new URL('gateway-process.ts', import.meta.url)),
  { onMessage: (news) => failures.push((news as FuzzNews).what) },
);
process.once('SIGINT', () => {
  child.kill();
  process.exit(130);
});
try {
  await fuzz();
} finally {
  child.kill();
}
report();

async function fuzz(): Promise<void> {
  const ports = [await ask.open('production'), await ask.open('development')];
  await Promise.all(ports.map((port) => fillDocuments(port)));
  const until = performance.now() + seconds * 1_000;
  for (let round = 0; performance.now() < until && failures.length === 0; round += sideBySide) {
    const secrets = await ask.secrets();
    const timeLimit = Math.max(1_000, until - performance.now()) + shrinking;
    const rounds = Array.from({ length: sideBySide }, (_, at) => {
      const target: Target = { port: ports[at % ports.length] ?? 0, secrets };
      return fuzzRound(target, { seed: seed + round + at, runs: runsPerRound, timeLimit });
    });
    for (const { statuses: seen, failure } of await Promise.all(rounds)) {
      if (failure !== undefined) failures.push(failure);
      for (const [status, count] of Object.entries(seen)) statuses[status] = (statuses[status] ?? 0) + count;
    }
    for (const port of ports) {
      if (!(await isAnsweredWell(port, secrets.token)))
        failures.push(`a good query was not answered after the rounds from seed ${seed + round}`);
    }
    samples.push(await ask.weigh());
  }
}

function report(): void {
  const total = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  console.log(
    `${total} attempts: ${Object.entries(statuses)
      .sort()
      .map(([status, count]) => `${status} ${count}`)
      .join(', ')}`,
  );
  if (samples.length >= 9) {
    const { grown, bound } = growthOf(samples, total, 0);
    console.log(
      `memory: ${Math.round(grown / 1024)} KiB more in the last third (${Math.round(bound / 1024)} allowed)`,
    );
    if (grown > bound) failures.push('the memory grows');
  }
  for (const failure of failures) console.log(`FAILED: ${failure}`);
  if (failures.length > 0) console.log(`Again: npm run fuzz -- --seed ${seed} --seconds ${seconds}`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new TypeError(`expected a whole number, not ${text}`);
  return Number(text);
}
