// Starts an example: node ../run.js <path of its GraphQL endpoint> <command> [arguments ...]
//
// On a local Clerk of its own; or, where CLERK_SECRET_KEY is set, on whatever the environment names. It runs on any Node.js that can
// run npm, and hands over to the one that the repository brings.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const npm = (...command) => execFileSync('npm', command, { cwd: root, stdio: ['ignore', 2, 2] });

if (!existsSync(join(root, 'node_modules/.bin/node'))) npm('ci');
// The examples import the package as everybody does: what is built.
if (isStale(join(root, 'dist/index.js'))) npm('run', '--silent', 'build');

const command = join(root, 'examples/on-local-clerk.ts');
const node = join(root, 'node_modules/.bin/node');
const PATH = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
const child = spawn(node, [command, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, PATH },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});

/** Whether something was written after it was built. */
function isStale(built) {
  if (!existsSync(built)) return true;
  const { mtimeMs } = statSync(built);
  return readdirSync(join(root, 'src'), { recursive: true }).some(
    (file) => statSync(join(root, 'src', file)).mtimeMs > mtimeMs,
  );
}
