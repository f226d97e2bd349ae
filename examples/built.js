import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
/** The package as it is installed for the tests of the mounts: see mounts/install.ts. */
export const packed = join(root, 'examples/.packed/node_modules/mintgate');
const npm = (...command) => execFileSync('npm', command, { cwd: root, stdio: ['ignore', 2, 2] });

/** Installs and builds the package of this repository if necessary: the examples import it as an installed package. */
export function ensureBuilt() {
  if (!existsSync(join(root, 'node_modules/.bin/node'))) npm('ci');
  if (!isStale(join(root, 'dist/index.js'))) return;
  npm('run', '--silent', 'build');
  if (!existsSync(packed)) return;
  rmSync(join(packed, 'dist'), { recursive: true });
  cpSync(join(root, 'dist'), join(packed, 'dist'), { recursive: true });
}

/** Returns whether a source file is newer than the build. */
function isStale(built) {
  if (!existsSync(built)) return true;
  const { mtimeMs } = statSync(built);
  return readdirSync(join(root, 'src'), { recursive: true }).some(
    (file) => statSync(join(root, 'src', file)).mtimeMs > mtimeMs,
  );
}
