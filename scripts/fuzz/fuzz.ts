// Sends random documents, variables, headers, bodies and bytes over real sockets for a minute (contract X12). Prints a report, and exits
// with 1 after a wrong answer, or one of the fast path that differs from Yoga's (X22); the report then contains the command that repeats it. Options: --seconds (60), --seed (random).
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startProcess } from '../../test/support/remote.ts';
import { growthOf, type MemorySample } from '../soak/memory.ts';
import { fuzzBothWays, type Twins } from './both-ways.ts';
import type { FuzzGateways, FuzzNews } from './gateway-process.ts';
import { answersGoodQuery, fillDocuments } from './good-query.ts';
import { fuzzRound, type Target } from './round.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000_000)) },
  },
});
const [seconds, seed] = [values.seconds, values.seed].map(wholeNumber) as [number, number];
/** The number of attempts in one round. Memory is sampled after each round, and after the comparison that follows it. */
const runsPerRound = 60;
/** The number of concurrent rounds: many attempts wait for a timeout. */
const concurrentRounds = 6;
/** The time to shrink a failure to a small input, in milliseconds. */
const shrinkMs = 20_000;

console.log(`fuzz: ${seconds} s, seed ${seed}`);
const failures: string[] = [];
const statuses: Record<string, number> = {};
const samples: MemorySample[] = [];
/** The answers that were compared with those of a gateway without a fast path. */
const compared = { answers: 0, fast: 0 };
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
  const twinPorts = [await ask.open('production'), await ask.open('production', false)] as const;
  await Promise.all(ports.map((port) => fillDocuments(port)));
  const until = performance.now() + seconds * 1_000;
  for (let round = 0; performance.now() < until && failures.length === 0; round += concurrentRounds) {
    const secrets = await ask.secrets();
    const timeLimit = Math.max(1_000, until - performance.now()) + shrinkMs;
    const rounds = Array.from({ length: concurrentRounds }, (_, at) => {
      const target: Target = { port: ports[at % ports.length] ?? 0, secrets };
      return fuzzRound(target, { seed: seed + round + at, runs: runsPerRound, timeLimit });
    });
    for (const { statuses: seen, failure } of await Promise.all(rounds)) {
      if (failure !== undefined) failures.push(failure);
      for (const [status, count] of Object.entries(seen)) statuses[status] = (statuses[status] ?? 0) + count;
    }
    samples.push(await ask.sampleMemory());
    await compareTwins({ ports: twinPorts, secrets }, seed + round, timeLimit);
    for (const port of ports) {
      if (!(await answersGoodQuery(port, secrets.token)))
        failures.push(`a good query was not answered after the rounds from seed ${seed + round}`);
    }
    samples.push(await ask.sampleMemory());
  }
}

async function compareTwins(twins: Twins, roundSeed: number, timeLimit: number): Promise<void> {
  const before = await ask.fastAnswers();
  const { compared: answers, failure } = await fuzzBothWays(twins, {
    seed: roundSeed,
    runs: runsPerRound,
    timeLimit,
  });
  if (failure !== undefined) failures.push(failure);
  compared.answers += answers;
  compared.fast += (await ask.fastAnswers()) - before;
}

function report(): void {
  const total = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  console.log(
    `${total} attempts: ${Object.entries(statuses)
      .sort()
      .map(([status, count]) => `${status} ${count}`)
      .join(', ')}`,
  );
  console.log(`both ways: ${compared.answers} answers compared, ${compared.fast} of them by the fast path`);
  if (compared.fast === 0) failures.push('the fast path answered no request');
  if (samples.length >= 9) {
    const { grown, bound } = growthOf(samples, total, 0);
    console.log(
      `memory: ${Math.round(grown / 1024)} KiB growth in the last third, limit ${Math.round(bound / 1024)} KiB`,
    );
    if (grown > bound) failures.push('memory grows');
  }
  for (const failure of failures) console.log(`FAILED: ${failure}`);
  if (failures.length > 0) console.log(`Repeat with: npm run fuzz -- --seed ${seed} --seconds ${seconds}`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new TypeError(`expected a whole number, got ${text}`);
  return Number(text);
}
