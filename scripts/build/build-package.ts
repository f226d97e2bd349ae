import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { problemWith } from '../licences/licences.ts';
import { bundle, sourceMapOf } from './bundle.ts';
import { type BundledPackage, bundledPackages, thirdPartyLicenses } from './bundled-packages.ts';
import { reachableDeclarations } from './declarations.ts';

/** The fields of package.json that the build reads. */
interface Manifest {
  dependencies: Record<string, string>;
  peerDependencies?: Record<string, string>;
  exports: Record<string, string | { types: string }>;
}

/**
 * Builds the package. Writes the bundles with their source maps, the declarations, and THIRD-PARTY-LICENSES.
 *
 * @param root - the folder of the repository
 * @param target - the folder of the built files, which is replaced
 * @throws Error when the licence of a bundled package is not permissive
 */
export async function buildPackage(root: string, target: string): Promise<void> {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  const chunks = await bundle(root, outsideOf(manifest));
  const packages = bundledPackages(
    chunks.flatMap(({ moduleIds }) => moduleIds),
    root,
  );
  refuseLicences(packages);
  rmSync(target, { recursive: true, force: true });
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    writeFileSync(join(target, file), text);
  };
  for (const chunk of chunks) {
    const map = sourceMapOf(chunk);
    if (map !== undefined) write(`${chunk.fileName}.map`, map);
    write(
      chunk.fileName,
      map === undefined ? chunk.code.replace(/\/\/# sourceMappingURL=.*\n?$/, '') : chunk.code,
    );
  }
  writeDeclarations(root, target, manifest);
  write('THIRD-PARTY-LICENSES', thirdPartyLicenses(packages, readFileSync(join(root, 'LICENSE'), 'utf8')));
  const list = packages.map(({ name, version, license }) => ({ name, version, license }));
  write('bundled-packages.json', `${JSON.stringify(list, null, 2)}\n`);
}

/** Returns the packages that are not part of the bundle: an application has one copy of each. */
function outsideOf({ dependencies, peerDependencies = {} }: Manifest): string[] {
  return [...Object.keys(dependencies), ...Object.keys(peerDependencies)];
}

function refuseLicences(packages: readonly BundledPackage[]): void {
  const problems = packages.flatMap(({ name, version, license }) => {
    const problem = problemWith(license);
    return problem === undefined ? [] : [`${name}@${version} ${problem}`];
  });
  if (problems.length > 0)
    throw new Error(`packages that may not be part of this one: ${problems.join('; ')}`);
}

/** Writes the declarations that the entries of the package need, and no others. */
function writeDeclarations(root: string, target: string, manifest: Manifest): void {
  const entries = Object.values(manifest.exports).flatMap((entry) =>
    typeof entry === 'string' ? [] : [entry.types],
  );
  const scratch = mkdtempSync(join(tmpdir(), 'mintgate-declarations-'));
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const project = join(root, 'tsconfig.build.json');
    execFileSync(process.execPath, [tsc, '-p', project, '--outDir', scratch], { stdio: 'inherit' });
    const files = reachableDeclarations(
      scratch,
      entries.map((file) => file.replace('./dist/', '')),
      outsideOf(manifest),
    );
    for (const file of files) {
      mkdirSync(dirname(join(target, file)), { recursive: true });
      copyFileSync(join(scratch, file), join(target, file));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
