import { readFile } from 'node:fs/promises';

const benchmarkFile = new URL('../../bench/README.md', import.meta.url);

/** The compared figures: the part of the benchmark, the column of its table, and the unit. */
const comparisons: [what: string, part: string, column: string, unit: string][] = [
  ['processor time for each of many requests of one session', 'a', 'CPU us per request', ' us'],
  ['10,000 sessions, 500 requests per second: the median', 'd', 'p50 ms', ' ms'],
  ['of these, errors', 'd', 'errors', ''],
  ['of these, calls to Clerk per second', 'd', 'calls to Clerk/s', ''],
  ['Clerk down for 30 s: errors', 'f', 'errors', ''],
  ["Clerk's limit used up by others: errors", 'g', 'errors', ''],
  ['1000 sessions at once on a cold server: all served after', 'e', 'all after s', ' s'],
];

/** Returns the compared figures of the benchmark as a table. */
export async function currentFigures(): Promise<string> {
  return figuresTable(await readFile(benchmarkFile, 'utf8'));
}

/** Formats the compared figures as a table. @throws Error when the benchmark lacks one */
export function figuresTable(benchmark: string): string {
  const rows = comparisons.map(([what, part, column, unit]) => {
    const [seed, ours] = ['Express 5, ', 'Mintgate'].map((server) =>
      figureOf(benchmark, part, server, column),
    );
    return `| ${what} | ${seed}${unit} | ${ours}${unit} | (${part}) |`;
  });
  return ['| | the route | Mintgate | part |', '|---|---|---|---|', ...rows].join('\n');
}

function figureOf(benchmark: string, part: string, server: string, column: string): string {
  const section = benchmark.split(/^### /m).find((text) => text.startsWith(`(${part})`)) ?? '';
  const table = section.split('\n').filter((line) => line.startsWith('|'));
  const cells = table.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const at = cells[0]?.indexOf(column) ?? -1;
  const figure = cells.find(([name]) => name?.startsWith(server))?.[at];
  if (!figure) throw new Error(`bench/README.md has no ${column} of ${server} in part (${part})`);
  return figure;
}
