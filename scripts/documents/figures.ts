import { readFile } from 'node:fs/promises';

const benchmarkFile = new URL('../../bench/README.md', import.meta.url);

/** A compared figure: the part of the benchmark, the column of its table, and the unit. */
type Comparison = readonly [what: string, part: string, column: string, unit: string];

/** The figures of docs/from-get-token.md. */
const comparisons: readonly Comparison[] = [
  ['processor time for each of many requests of one session', 'a', 'CPU us per request', ' us'],
  ['10,000 sessions, 500 requests per second: the median', 'd', 'p50 ms', ' ms'],
  ['of these, errors', 'd', 'errors', ''],
  ['of these, calls to Clerk per second', 'd', 'calls to Clerk/s', ''],
  ['Clerk down for 30 s: errors', 'f', 'errors', ''],
  ["Clerk's limit used up by others: errors", 'g', 'errors', ''],
  ['1000 sessions at once on a cold server: all served after', 'e', 'all after s', ' s'],
];

/** The three figures of the README. */
const summary: readonly Comparison[] = [
  ['processor time for a request with a held token', 'a', 'CPU us per request', ' us'],
  ["errors at 500 requests per second, which is more than Clerk's limit", 'd', 'errors', ''],
  ['errors while Clerk is down for 30 s', 'f', 'errors', ''],
];

/** Returns the compared figures of the benchmark as a table. */
export async function currentFigures(): Promise<string> {
  return figuresTable(await readFile(benchmarkFile, 'utf8'), comparisons);
}

/** Returns the three figures of the README as a table. */
export async function currentSummary(): Promise<string> {
  return figuresTable(await readFile(benchmarkFile, 'utf8'), summary);
}

/** Formats figures as a table. @throws Error when the benchmark lacks one */
export function figuresTable(benchmark: string, figures: readonly Comparison[]): string {
  const rows = figures.map(([what, part, column, unit]) => {
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
