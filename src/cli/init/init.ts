import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiKeysPage } from '../../errors.ts';
import { configFiles } from '../configuration/find-config-file.ts';
import { configText, dotEnvText } from './first-files.ts';
import { type HostFile, hostFilesOf, importedPackages, manualSteps } from './host-files.ts';
import type { Mount } from './mount-names.ts';
import { type WriteOutcome, writeNewFile } from './write-new-file.ts';

interface InitArguments {
  /** The host for which a file is written. @default none */
  mount: Mount | undefined;
}

/** Runs `mintgate init`: writes the first files of a set-up and prints the remaining steps. It changes no existing file. */
export async function init({ mount }: InitArguments): Promise<void> {
  const folder = process.cwd();
  const lines = [await writeDotEnv(folder), await writeConfig(folder)];
  if (mount !== undefined) lines.push(...(await writeHost(folder, mount)));
  if (!(await ignoresDotEnv(folder)))
    lines.push('todo  .gitignore: add the line .env, because this file contains a secret key');
  lines.push('next  mintgate check (in a checkout: npm run check)');
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function writeDotEnv(folder: string): Promise<string> {
  const text = dotEnvText('# MINTGATE_TEMPLATES=hasura');
  const outcome = await writeNewFile(folder, '.env', text, 0o600);
  return outcome === 'wrote'
    ? `wrote .env, which only you can read: add your two keys from ${apiKeysPage}`
    : 'kept  .env, which exists';
}

async function writeConfig(folder: string): Promise<string> {
  const [existing] = await configFiles(folder);
  const outcome = existing ?? (await writeNewFile(folder, 'mintgate.config.ts', configText));
  return outcome === 'wrote'
    ? 'wrote mintgate.config.ts: list the JWT templates of your Clerk instance in it'
    : `kept  ${existing ?? 'mintgate.config.ts'}, which exists`;
}

async function writeHost(folder: string, mount: Mount): Promise<string[]> {
  const lines: string[] = [];
  const packages = new Set<string>();
  for (const file of hostFilesOf(mount)) {
    for (const name of importedPackages(file.text)) packages.add(name);
    const path = await pathFor(folder, file);
    lines.push(...fileLines(path, file, await writeNewFile(folder, path, file.text)));
  }
  return [
    ...lines,
    `todo  install the missing packages of ${[...packages].sort().join(', ')} (mintgate as described in its docs/mounts/README.md, under "Install")`,
    ...manualSteps[mount].map((line) => `todo  ${line}`),
  ];
}

function fileLines(path: string, { text, excerpt }: HostFile, outcome: WriteOutcome): string[] {
  if (outcome === 'wrote')
    return [`wrote ${path}${text.includes('templates:') ? ': list the JWT templates in it, too' : ''}`];
  const indented = (excerpt ?? text).trimEnd().replace(/^(?=.)/gm, '        ');
  return [`kept  ${path}, which exists: add these lines:`, '', indented, ''];
}

/** Returns the path of a file in the folder. Next.js looks for `app` in `src` when `src/app` exists. */
async function pathFor(folder: string, { path }: HostFile): Promise<string> {
  if (!path.startsWith('app/')) return path;
  const inSource = await access(join(folder, 'src/app')).then(
    () => true,
    () => false,
  );
  return inSource ? `src/${path}` : path;
}

async function ignoresDotEnv(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, '.gitignore'), 'utf8').catch(() => '');
  return text.split(/\r?\n/).some((line) => /^(?:\/|\*\*\/)?\.env\*?$/.test(line.trim()));
}
