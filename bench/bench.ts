// Compares the performance of Mintgate with that of the usual alternatives. It asserts nothing.
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { pinned } from './processes.ts';
import { type Run, withRun } from './run.ts';
import { full, quick } from './scale.ts';
import { burst } from './scenarios/burst.ts';
import { cost } from './scenarios/cost.ts';
import { felt } from './scenarios/felt.ts';
import { growth } from './scenarios/growth.ts';
import { instances } from './scenarios/instances.ts';
import { start } from './scenarios/start.ts';
import { subgraphTokens } from './scenarios/subgraph-tokens.ts';
import { subscribers } from './scenarios/subscribers.ts';
import { telemetry } from './scenarios/telemetry.ts';
import { outage, throttled } from './scenarios/trouble.ts';
import { peers } from './systems.ts';
import { markdown, type Table, withResults } from './table.ts';

const scenarios: Record<string, (run: Run) => Promise<Table>> = {
  a: (run) => cost(run, 'a'),
  b: (run) => cost(run, 'b'),
  c: (run) => cost(run, 'c'),
  d: felt,
  e: burst,
  f: outage,
  g: throttled,
  h: growth,
  i: instances,
  j: start,
  k: subscribers,
  l: telemetry,
  m: subgraphTokens,
};

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: Object.keys(scenarios).join(',') },
    'without-peers': { type: 'boolean', default: false },
    json: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const wanted = values.only.split(',').map((id) => {
  const scenario = scenarios[id];
  if (scenario === undefined)
    throw new Error(`--only: expected some of ${Object.keys(scenarios).join(',')}; got ${id}`);
  return scenario;
});

const size = { scale: values.quick ? quick : full, peers: values['without-peers'] ? [] : peers };
const began = performance.now();
const tables = await withRun(size, async (run) => {
  const done: Table[] = [];
  for (const scenario of wanted) {
    const start = performance.now();
    const table = await scenario(run);
    run.progress(`(${table.id}) took ${Math.round((performance.now() - start) / 1000)} s`);
    console.log(`${markdown(table)}\n`);
    done.push(table);
  }
  return done;
});
const machine = [
  `${cpus().length} processors (${cpus()[0]?.model}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}`,
  pinned ? 'servers on one processor, load and local Clerk on the other' : 'nothing pinned to a processor',
  values.quick ? 'a quick run' : 'a full run',
].join('; ');
console.log(`On ${machine}. It took ${Math.round((performance.now() - began) / 1000)} s.`);
if (values.json) await writeFile(values.json, `${JSON.stringify({ machine, tables }, null, 2)}\n`);
if (values.write) await writeResults();

/** Replaces the tables in bench/README.md. */
async function writeResults(): Promise<void> {
  const file = new URL('README.md', import.meta.url);
  const readme = await readFile(file, 'utf8');
  await writeFile(file, withResults(readme, tables, `On ${machine}.`));
}
