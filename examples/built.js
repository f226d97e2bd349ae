import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const npm = (...command) => execFileSync('npm', command, { cwd: root, stdio: ['ignore', 2, 2] });

/** Brings what the examples need of the repository, where it is not there: they import the package as everybody does, built. */
export function ensureBuilt() {
  if (!existsSync(join(root, 'node_modules/.bin/node'))) npm('ci');
  if (isStale(join(root, 'dist/index.js'))) npm('run', '--silent', 'build');
}

/** Whether something was written after it was built. */
function isStale(built) {
  if (!existsSync(built)) return true;
  const { mtimeMs } = statSync(built);
  return readdirSync(join(root, 'src'), { recursive: true }).some(
    (file) => statSync(join(root, 'src', file)).mtimeMs > mtimeMs,
  );
}
