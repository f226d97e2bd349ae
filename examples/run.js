// Starts an example: node ../run.js <path of its GraphQL endpoint> <command> [arguments ...]
//
// With its own local Clerk; or, if CLERK_SECRET_KEY is set, with the Clerk instance of the environment. It starts on any Node.js that runs
// npm, and then uses the Node.js of the repository.
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
// Read before the build: npm may exit during it.
whenNpmEnds(() => signalled || child.kill('SIGTERM'), ppid);
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
