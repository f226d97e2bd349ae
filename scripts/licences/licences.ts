import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import satisfies from 'spdx-satisfies';

/** The licences that a package may have that is installed with the product or bundled into it, by their SPDX identifiers. */
export const permissive: readonly string[] = [
  ...['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0'],
  ...['BlueOak-1.0.0', 'CC0-1.0', 'Unlicense'],
];

/** A package that is installed with the product. */
interface ProductionPackage {
  /** Name and version. */
  id: string;
  /** The field `license` of its package.json, which may be of any type. */
  licence: unknown;
  /** The problem with the package, or undefined. */
  problem: string | undefined;
}

/** A package in `package-lock.json` (lockfileVersion 2 and 3). */
interface LockedPackage {
  /** Present only if the folder has another name. */
  name?: string;
  version?: string;
  license?: unknown;
  /** Whether only devDependencies need it. */
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
  /** Whether it is a link to another entry, a folder outside node_modules. */
  link?: boolean;
}

/**
 * Lists the production dependencies of a folder, including transitive, optional and peer dependencies, and checks their licences.
 *
 * @param folder - the folder with `package-lock.json` and `node_modules`
 * @throws Error when the lock file is missing or of a version without a list of packages
 */
export function productionPackages(folder: string): ProductionPackage[] {
  const { packages } = readJson(folder, 'package-lock.json') as { packages?: Record<string, LockedPackage> };
  if (packages === undefined)
    throw new Error('package-lock.json: expected lockfileVersion 2 or 3; run npm 7 or later');
  return Object.entries(packages)
    .filter(([path, { dev, link }]) => path !== '' && !dev && !link)
    .map(([path, locked]) => checkPackage(folder, path, locked))
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

/**
 * Reads the list of the packages that are bundled into the product, and checks their licences.
 *
 * @param file - the list that the build writes: `bundled-packages.json`
 * @throws Error when the list is missing or empty
 */
export function bundledPackages(file: string): ProductionPackage[] {
  if (!existsSync(file)) throw new Error(`${file}: there is no such list: run npm run build`);
  const list = readJson(file) as { name: string; version: string; license?: unknown }[];
  if (list.length === 0) throw new Error(`${file}: the list names no package`);
  return list.map(({ name, version, license }) => ({
    id: `${name}@${version}`,
    licence: license,
    problem: problemWith(license),
  }));
}

function checkPackage(folder: string, path: string, locked: LockedPackage): ProductionPackage {
  const id = `${locked.name ?? path.replace(/^.*node_modules\//, '')}@${locked.version}`;
  if (!existsSync(join(folder, path, 'package.json'))) {
    // Optional packages of other platforms are not installed here.
    const licence = locked.license;
    if (locked.optional || locked.devOptional) return { id, licence, problem: problemWith(licence) };
    return { id, licence, problem: 'is not installed: run npm ci' };
  }
  const { license: licence, version } = readJson(folder, path, 'package.json') as {
    license?: unknown;
    version?: string;
  };
  if (version !== locked.version) return { id, licence, problem: `is installed as ${version}: run npm ci` };
  return { id, licence, problem: problemWith(licence) };
}

/** Returns the problem with a licence, or `undefined` for a permissive one. @param licence - the field `license` of a package.json */
export function problemWith(licence: unknown): string | undefined {
  if (isPermissive(licence)) return undefined;
  return licence === undefined ? 'names no licence' : `has the licence ${JSON.stringify(licence)}`;
}

function isPermissive(licence: unknown): boolean {
  try {
    return typeof licence === 'string' && satisfies(licence, [...permissive]);
  } catch {
    // Not an SPDX expression, such as "SEE LICENSE IN LICENSE.md".
    return false;
  }
}

function readJson(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(...path), 'utf8'));
}
