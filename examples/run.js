// Starts an example: node ../run.js <path of its GraphQL endpoint> <command> [arguments ...]
//
// On a local Clerk of its own; or, where CLERK_SECRET_KEY is set, on whatever the environment names. It runs on any Node.js that can
// run npm, and hands over to the one that the repository brings.
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
// Since before the build: npm may have ended meanwhile.
whenNpmEnds(() => signalled || child.kill('SIGTERM'), ppid);
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
