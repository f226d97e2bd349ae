import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, onTestFinished } from 'vitest';
import { watchFolder, watchText } from '../leaks/watch.ts';

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const watchingCommand = new URL('../leaks/watch-command.ts', import.meta.url).href;

/** Arguments and environment that only make a process of Node.js start faster. */
export const quickStart = {
  // A start allocates many short-lived objects. A larger young generation avoids most collections; one thread suffices for the others.
  args: ['--single-threaded-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'],
  // Node.js caches compiled modules in this folder, for the next process.
  env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/node', import.meta.url)) },
};

/** A `mintgate` command that runs as a process. */
export interface RunningCommand {
  child: ChildProcess;
  /** The output so far. */
  output: { stdout: string; stderr: string };
  /** Waits up to 30 s until standard output or standard error matches. */
  seen(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Resolves to the exit code when the process has ended; `null` after a signal. */
  ended: Promise<number | null>;
}

export interface CommandOptions {
  /** Registers a function that cleans up. @default `onTestFinished` */
  atEnd?: (cleanUp: () => void | Promise<void>) => void;
  /** The environment, besides PATH. @default empty */
  env?: Record<string, string>;
  /** The working folder. @default a new empty one */
  folder?: string;
}

/**
 * Returns an `atEnd` for commands that a `beforeAll` starts: it cleans up after the last test of the `describe`. Call this in the
 * `describe` itself, because vitest ignores an `afterAll` in a `beforeAll`.
 */
export function atEndOfSuite(): NonNullable<CommandOptions['atEnd']> {
  const cleanUps: (() => void | Promise<void>)[] = [];
  afterAll(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  });
  return (cleanUp) => void cleanUps.push(cleanUp);
}

/** Starts `mintgate` with arguments. The process is killed when the test ends. */
export async function startCommand(
  args: readonly string[],
  { env = {}, folder, atEnd = onTestFinished }: CommandOptions = {},
): Promise<RunningCommand> {
  const cwd = folder ?? (await newFolder({}, atEnd));
  const LEAKS_TEST = expect.getState().currentTestName ?? '';
  const child = spawn(process.execPath, [...quickStart.args, '--import', watchingCommand, cli, ...args], {
    cwd,
    env: {
      PATH: process.env.PATH ?? '',
      ...quickStart.env,
      LEAKS_FOLDER: watchFolder() ?? '',
      LEAKS_TEST,
      ...env,
    },
  });
  const output = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  const collect = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
    output[stream] += chunk;
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', collect('stdout'));
  child.stderr.on('data', collect('stderr'));
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  void ended.then(() => {
    for (const line of `${output.stdout}${output.stderr}`.split('\n').filter(isForHumans))
      watchText('line of a command', line, LEAKS_TEST);
  });
  atEnd(async () => {
    child.kill('SIGKILL');
    await ended;
  });

  const seen = (pattern: RegExp) =>
    new Promise<RegExpMatchArray>((resolve, reject) => {
      const look = () => {
        const match = output.stdout.match(pattern) ?? output.stderr.match(pattern);
        if (!match) return;
        listeners.delete(look);
        resolve(match);
      };
      listeners.add(look);
      look();
      const fail = () =>
        reject(new Error(`the output never matched ${pattern}:\n${output.stdout}\n${output.stderr}`));
      void ended.then(fail);
      setTimeout(fail, 30_000).unref();
    });
  return { child, output, seen, ended };
}

// The first line of `mintgate dev --json` contains tokens and keys, which scripts need.
const isForHumans = (line: string) => !/^\{"url":.*"sessions":/.test(line);

/** Runs `mintgate` to its end. Returns its exit code and its output. */
export async function runCommand(args: readonly string[], options?: CommandOptions) {
  const { ended, output } = await startCommand(args, options);
  return { code: await ended, ...output };
}

/** The first line of `mintgate dev --json`. */
export interface DevReady {
  url: string;
  clerkUrl: string;
  secretKey: string;
  publishableKey: string;
  sessions: { id: string; userId: string; label: string; token: string }[];
}

/** Starts `mintgate dev --json` on a free port, and waits until it is ready. */
export async function startDev(args: readonly string[] = [], options?: CommandOptions) {
  const command = await startCommand(['dev', '--json', '--port', '0', ...args], options);
  await command.seen(/"sessions":.*\n/);
  const [line = ''] = command.output.stdout.split('\n');
  return { ...command, ready: JSON.parse(line) as DevReady };
}

/** Creates a folder with some files. It is removed when the test ends. */
export async function newFolder(
  files: Record<string, string>,
  atEnd: CommandOptions['atEnd'] = onTestFinished,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mintgate-test-'));
  atEnd?.(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}
