// Installs the packages of every mount, unless they are up to date, and the package of this repository as npm packs it: the tests run the
// published files, with their production dependencies only.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages } from '../../scripts/install/install-packages.ts';
import { mountFolders } from '../../scripts/install/package-folders.ts';

// Built here, because the tests start many examples at once.
// Imported by its URL, because it is JavaScript without types.
const { ensureBuilt, packed, root } = await import(new URL('../built.js', import.meta.url).href);
const mounts = mountFolders(root);
await installPackages(mounts);
ensureBuilt();

const parent = join(root, 'examples/.packed');
rmSync(parent, { recursive: true, force: true });
mkdirSync(parent);
writeFileSync(join(parent, 'package.json'), '{ "private": true }');
const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', parent];
const archive = execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }).trim();
const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
execFileSync('npm', ['install', ...quiet, `./${archive}`], { cwd: parent, stdio: 'inherit' });
for (const mount of mounts) {
  const link = join(mount, 'node_modules/mintgate');
  rmSync(link, { recursive: true, force: true });
  symlinkSync(packed, link);
}
