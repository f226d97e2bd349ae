// Starts an example: node ../run.js <path of its GraphQL endpoint> <command> [arguments ...]
//
// It uses a local Clerk, or the Clerk instance of the environment if CLERK_SECRET_KEY is set. This script runs on any Node.js that runs npm,
// and starts the example with the Node.js of the repository.
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { ensureBuilt, root } from './built.js';

const { ppid } = process;
ensureBuilt();
const { whenNpmEnds } = await import(new URL('../dist/cli/end-with-npm.js', import.meta.url).href);
const command = join(root, 'examples/on-local-clerk.ts');
const node = join(root, 'node_modules/.bin/node');
const PATH = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
const child = spawn(node, [command, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, PATH },
});
let signalled = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    signalled = true;
    child.kill(signal);
  });
}
// Read before the build, because npm may exit during the build.
whenNpmEnds(() => signalled || child.kill('SIGTERM'), ppid);
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
