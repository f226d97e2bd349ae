import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package whose code is in the bundle, with the fields of its package.json. */
export interface BundledPackage {
  name: string;
  version: string;
  license: unknown;
  author: string | undefined;
  /** The text of its licence files; `undefined` when it has none. */
  text: string | undefined;
}

/**
 * Lists the packages that modules belong to, sorted by name and version.
 *
 * @param modules - the modules of a bundle, as rolldown names them
 * @param root - the folder with `node_modules`
 */
export function bundledPackages(modules: readonly string[], root: string): BundledPackage[] {
  const folders = modules.flatMap((id) => folderOf(id, root) ?? []);
  const packages = [...new Set(folders)].map(readPackage);
  return packages.toSorted((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
}

function folderOf(module: string, root: string): string | undefined {
  // Helpers that rolldown adds.
  if (module.startsWith('\0rolldown/')) return join(root, 'node_modules/rolldown');
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module)?.[0];
}

const idOf = ({ name, version }: BundledPackage) => `${name}@${version}`;

function readPackage(folder: string): BundledPackage {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name, version, license, author } = manifest as Record<string, string> & {
    author?: string | { name: string };
  };
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|copying|copyright|notice)/i.test(file));
  const texts = files.toSorted().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return {
    ...{ name, version, license },
    author: typeof author === 'object' ? author.name : author,
    text: texts.length > 0 ? texts.join('\n\n') : undefined,
  } as BundledPackage;
}

/**
 * Returns the text of THIRD-PARTY-LICENSES: the packages with the texts of their licences. Packages with the same text share it.
 *
 * @param mit - the text of a file with the MIT licence, for packages under it that contain no text
 * @throws Error for a package under another licence that contains no text
 */
export function thirdPartyLicenses(packages: readonly BundledPackage[], mit: string): string {
  const groups = Map.groupBy(packages, (entry) => entry.text ?? mitText(entry, mit));
  const parts = [...groups].map(([text, group]) => `${group.map(idOf).join('\n')}\n\n${text}`);
  return `${[introduction, ...parts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

const introduction =
  'The files of this folder contain code of these packages. bundled-packages.json lists them for programs.';

function mitText(entry: BundledPackage, mit: string): string {
  const { license, author, name } = entry;
  if (license !== 'MIT')
    throw new Error(`${idOf(entry)} contains no text of its licence, ${JSON.stringify(license)}`);
  const conditions = mit.slice(mit.indexOf('Permission is hereby granted')).trim();
  return `MIT License\n\nCopyright (c) ${author ?? `the authors of ${name}`}\n\n${conditions}`;
}
