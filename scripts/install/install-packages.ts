import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Runs `npm ci` in a folder. @returns its output @throws Error with its output when it fails */
export type RunNpmCi = (folder: string) => Promise<string>;

export interface InstallOptions {
  /** @default runs npm */
  npmCi?: RunNpmCi;
  /** Receives a line for each folder that was installed, and the output of npm. @default writes to standard output */
  log?: (text: string) => void;
  /** The number of folders that are installed at once: more compete for the network and the disk. @default 3 */
  atOnce?: number;
}

/**
 * Installs the packages of folders by `npm ci`, several at once, except where they are up to date. A mark in `node_modules` has the hash of
 * the manifest and the lock file, and is written after a complete installation.
 *
 * @param folders - folders with a `package-lock.json`; the first are started first
 * @throws AggregateError when an installation fails, after the others have ended
 */
export async function installPackages(
  folders: readonly string[],
  options: InstallOptions = {},
): Promise<void> {
  const { npmCi = runNpmCi, log = (text) => process.stdout.write(text), atOnce = 3 } = options;
  const waiting = folders.filter((folder) => !isInstalled(folder));
  const failures: unknown[] = [];
  const installNext = async () => {
    for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
      const began = performance.now();
      try {
        const output = await npmCi(folder);
        writeFileSync(markOf(folder), hashOf(folder));
        log(`${basename(folder)}: npm ci, ${Math.round((performance.now() - began) / 1_000)} s\n${output}`);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, installNext));
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('\n'));
}

/** Returns whether the packages of a folder are those of its lock file. */
export function isInstalled(folder: string): boolean {
  const mark = markOf(folder);
  return existsSync(mark) && readFileSync(mark, 'utf8') === hashOf(folder);
}

const markOf = (folder: string) => join(folder, 'node_modules/.installed');

function hashOf(folder: string): string {
  const hash = createHash('sha256');
  for (const file of ['package.json', 'package-lock.json']) hash.update(readFileSync(join(folder, file)));
  return hash.digest('hex');
}

function runNpmCi(folder: string): Promise<string> {
  const child = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`npm ci in ${folder} ended with ${code}:\n${output}`));
    });
  });
}
