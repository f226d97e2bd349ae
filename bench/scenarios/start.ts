// (j) start: how long the command and the package take to start, from the sources and as they are published.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Run } from '../run.ts';
import { measureStarts, type Starts } from '../start-up.ts';
import { rounded, type Table } from '../table.ts';

const root = new URL('../..', import.meta.url);
const pathOf = (name: string) => fileURLToPath(new URL(name, root));

const measures: Readonly<Record<keyof Starts, string>> = {
  ready: '`mintgate serve`, until it listens',
  imported: '`import` of the package',
  firstToken: 'from the import to the first token, as in a serverless function',
};

export async function start(run: Run): Promise<Table> {
  run.progress('(j) build');
  buildIfChanged();
  const builds = [
    { name: '`src`, with the types stripped by Node.js', folder: pathOf('src') },
    { name: '`dist`, as published', folder: pathOf('dist') },
  ];
  run.progress(`(j) ${run.scale.starts} starts of each`);
  const starts = await measureStarts(builds, run.scale.starts);
  return {
    id: 'j',
    title: 'start: new processes, with the files in the cache of the system',
    notes: [`Medians of ${run.scale.starts}. Not pinned to a processor. The local Clerk answers at once.`],
    grids: [
      {
        columns: ['build', 'what', 'ms', 'CPU ms', 'MB after it'],
        rows: starts.flatMap((measured, at) =>
          (['ready', 'imported', 'firstToken'] as const).map((name) => {
            const { ms, cpuMs, rssMb } = measured[name];
            return [builds[at]?.name ?? '', measures[name], ...[ms, cpuMs, rssMb].map(rounded)];
          }),
        ),
      },
    ],
  };
}

/** Builds the package, if a source is newer than the last build. @throws Error when the build fails */
function buildIfChanged(): void {
  const built = statSync(pathOf('dist/cli.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(pathOf('src'), { recursive: true, encoding: 'utf8' }).map(
    (name) => `src/${name}`,
  );
  const changed = [...sources, 'package.json', 'tsconfig.build.json'].some(
    (name) => statSync(pathOf(name)).mtimeMs > built,
  );
  if (!changed) return;
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 2, 2] });
}
