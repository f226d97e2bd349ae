// Measures how long builds of Mintgate take to start, one after the other in each round: node bench/start-up.ts [--runs n] [folder ...]
// A folder has the files index and cli: dist, or src. The local Clerk answers at once. It asserts nothing.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { type LocalClerk, startLocalClerk } from '../src/local-clerk/index.ts';
import { median, rounded } from './table.ts';

/** A start: its time and its CPU time, in milliseconds, and the memory of the process after it, in MB. */
export interface Start {
  ms: number;
  /** `NaN` for `ready` where the system has no /proc. */
  cpuMs: number;
  /** `NaN` for `ready` where the system has no /proc. */
  rssMb: number;
}

/** The measured figures, as medians. */
export interface Starts {
  /** From the spawn of `mintgate serve` to its log line that it listens. */
  ready: Start;
  /** The import of the package. */
  imported: Start;
  /** From the start of the import to the first token, as in a serverless function. */
  firstToken: Start;
}

/** A build to measure. */
export interface Build {
  name: string;
  /** The folder with `index` and `cli`: a built one, or `src`. */
  folder: string;
  /** Added to the environment, such as `NODE_COMPILE_CACHE`. @default {} */
  env?: Record<string, string>;
}

/**
 * Measures builds, one after the other in each round, so that a machine whose speed changes treats them alike.
 *
 * @param runs - the number of rounds
 * @returns the medians, in the order of the builds
 */
export async function measureStarts(builds: readonly Build[], runs: number): Promise<Starts[]> {
  const clerk = await startLocalClerk({ rateLimit: false });
  try {
    const samples: Starts[][] = builds.map(() => []);
    for (let run = 0; run < runs; run += 1) {
      for (const [at, build] of builds.entries()) {
        samples[at]?.push({ ready: await startServe(build, clerk), ...(await startGateway(build, clerk)) });
      }
    }
    return samples.map((of) => ({
      ready: medianOf(of.map(({ ready }) => ready)),
      imported: medianOf(of.map(({ imported }) => imported)),
      firstToken: medianOf(of.map(({ firstToken }) => firstToken)),
    }));
  } finally {
    await clerk.close();
  }
}

function medianOf(starts: readonly Start[]): Start {
  return {
    ms: median(starts.map(({ ms }) => ms)),
    cpuMs: median(starts.map(({ cpuMs }) => cpuMs)),
    rssMb: median(starts.map(({ rssMb }) => rssMb)),
  };
}

const fileOf = ({ folder }: Build, name: string) =>
  ['js', 'ts'].map((extension) => resolve(folder, `${name}.${extension}`)).find(existsSync) ??
  `${folder}/${name}`;

async function startServe(build: Build, clerk: LocalClerk): Promise<Start> {
  const { secretKey, publishableKey, jwtKey, url } = clerk;
  const began = performance.now();
  const serve = spawn(process.execPath, [fileOf(build, 'cli'), 'serve', '--port', '0'], {
    // A folder without .env and config file.
    cwd: fileURLToPath(new URL('servers', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...{ PATH: process.env.PATH, NODE_ENV: 'production', HOST: '127.0.0.1', ...build.env },
      ...{ CLERK_SECRET_KEY: secretKey, CLERK_PUBLISHABLE_KEY: publishableKey, CLERK_JWT_KEY: jwtKey },
      ...{ CLERK_API_URL: url, CLERK_AUTHORIZED_PARTIES: 'any', MINTGATE_TEMPLATES: 'minimal' },
      MINTGATE_SHUTDOWN_DELAY_MS: '0',
    },
  });
  for await (const line of createInterface(serve.stdout)) {
    if (line.includes('mintgate is listening')) break;
  }
  const start = { ms: performance.now() - began, ...usageOf(serve) };
  const ended = once(serve, 'exit');
  serve.kill();
  await ended;
  return start;
}

/** Returns what a process has used so far. */
function usageOf({ pid }: ChildProcess): Pick<Start, 'cpuMs' | 'rssMb'> {
  const folder = join('/proc', String(pid));
  if (!existsSync(folder)) return { cpuMs: Number.NaN, rssMb: Number.NaN };
  // After the name of the program in brackets: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
  const fields = readFileSync(join(folder, 'stat'), 'utf8').split(') ')[1]?.split(' ') ?? [];
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  const rss = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(join(folder, 'status'), 'utf8'))?.[1];
  // Linux counts in hundredths of a second.
  return { cpuMs: (user + system) * 10, rssMb: (Number(rss) * 1024) / 1e6 };
}

async function startGateway(build: Build, clerk: LocalClerk): Promise<Omit<Starts, 'ready'>> {
  const { secretKey, publishableKey, jwtKey, url: apiUrl } = clerk;
  const door = pathToFileURL(fileOf(build, 'index')).href;
  const token = await clerk.mintSessionToken('sess_ada');
  const settings = { door, token, secretKey, publishableKey, jwtKey, apiUrl };
  const BENCH_SETTINGS = JSON.stringify({ ...settings, authorizedParties: 'any', templates: ['minimal'] });
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [fileURLToPath(new URL('servers/start.ts', import.meta.url))],
    { env: { PATH: process.env.PATH, NODE_ENV: 'production', ...build.env, BENCH_SETTINGS } },
  );
  return JSON.parse(stdout) as Omit<Starts, 'ready'>;
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    options: { runs: { type: 'string', default: '10' } },
    allowPositionals: true,
  });
  const folders = positionals.length > 0 ? positionals : ['src', 'dist'];
  const builds = folders.map((folder) => {
    const [path = '', cache] = folder.split('+');
    return {
      name: folder,
      folder: path,
      ...(cache === undefined ? {} : { env: { NODE_COMPILE_CACHE: cache } }),
    };
  });
  const starts = await measureStarts(builds, Number(values.runs));
  console.log(
    '| build | ready: ms, CPU ms, MB | import: ms, CPU ms, MB | first token: ms, CPU ms, MB |\n|---|---|---|---|',
  );
  for (const [at, { name }] of builds.entries()) {
    const { ready, imported, firstToken } = starts[at] as Starts;
    const cells = [ready, imported, firstToken].map((start) =>
      [start.ms, start.cpuMs, start.rssMb].map(rounded).join(', '),
    );
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
}
