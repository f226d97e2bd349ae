import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiKeysPage } from '../../errors.ts';
import { configFiles } from '../configuration/find-config-file.ts';
import { configText, dotEnvText } from './first-files.ts';
import type { Mount } from './mount-names.ts';
import { byHand, filesOf, type HostFile, packagesOf } from './mounts.ts';
import { writeNewFile } from './write-new-file.ts';

export interface InitArguments {
  /** The host whose file is written, too. */
  mount: Mount | undefined;
}

/** `mintgate init`: writes the first files of a set-up, and never over one that is there. */
export async function init({ mount }: InitArguments, folder: string = process.cwd()): Promise<void> {
  const lines = [await writeDotEnv(folder), await writeConfig(folder)];
  if (mount !== undefined) lines.push(...(await writeHost(folder, mount)));
  if (!(await ignoresDotEnv(folder))) lines.push('todo  .gitignore: add a line .env, which holds a secret');
  lines.push('next  mintgate check (in a checkout: npm run check)');
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function writeDotEnv(folder: string): Promise<string> {
  const text = dotEnvText('# MINTGATE_TEMPLATES=hasura');
  const written = await writeNewFile(folder, '.env', text, 0o600);
  return written === 'wrote'
    ? `wrote .env, which only you can read: copy the two keys into it from ${apiKeysPage}`
    : 'kept  .env, which was there';
}

async function writeConfig(folder: string): Promise<string> {
  const [existing] = await configFiles(folder);
  const written = existing ?? (await writeNewFile(folder, 'mintgate.config.ts', configText));
  return written === 'wrote'
    ? 'wrote mintgate.config.ts: name the JWT templates of your Clerk instance in it'
    : `kept  ${existing ?? 'mintgate.config.ts'}, which was there`;
}

async function writeHost(folder: string, mount: Mount): Promise<string[]> {
  const lines: string[] = [];
  const packages = new Set<string>();
  for (const file of filesOf(mount)) {
    for (const name of packagesOf(file.text)) packages.add(name);
    const path = await placeOf(folder, file);
    lines.push(...fileLines(path, file, await writeNewFile(folder, path, file.text)));
  }
  return [
    ...lines,
    `todo  install what is missing of ${[...packages].sort().join(', ')} (mintgate as its README says, under "Mount it")`,
    ...byHand[mount].map((line) => `todo  ${line}`),
  ];
}

function fileLines(path: string, { text, part }: HostFile, written: 'wrote' | 'kept'): string[] {
  if (written === 'wrote')
    return [`wrote ${path}${text.includes('templates:') ? ': name the JWT templates in it, too' : ''}`];
  const indented = (part ?? text).trimEnd().replace(/^(?=.)/gm, '        ');
  return [`kept  ${path}, which was there. What it needs:`, '', indented, ''];
}

/** Next.js looks for `app` in `src` where there is one. */
async function placeOf(folder: string, { path }: HostFile): Promise<string> {
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
