// Runs a command with the environment of a local Clerk: see run.js.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type LocalClerk, startLocalClerk } from '../src/local-clerk/index.ts';
import { clerkEnvironment } from './clerk-environment.ts';
import { listen } from './listen.ts';

const [path = '/graphql', command = '', ...parameters] = process.argv.slice(2);
const port = process.env.PORT ?? '3000';
await expectFree(port);
const clerk = process.env.CLERK_SECRET_KEY ? undefined : await startLocalClerk();
const tokens = clerk && (await serveSessionTokens(clerk));

const child = spawn(command, parameters, {
  stdio: 'inherit',
  env: { ...process.env, ...(clerk && clerkEnvironment(clerk)), PORT: port },
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('error', ({ message }) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
});
child.on('exit', (code, signal) =>
  process.exit(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)),
);

if (tokens) {
  process.stdout.write(`
  On a local Clerk; nothing leaves this machine. Ask as Ada, whose session token lives for a minute:

TOKEN=$(curl -s ${tokens}/sess_ada)
curl -s http://localhost:${port}${path} -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\
  -d '{"query":"{ sessionToken(template: \\"hasura\\") { jwt expiresIn } }"}'

`);
}

/** Stands in for Clerk's browser SDK in a frontend. */
function serveSessionTokens({ mintSessionToken }: LocalClerk): Promise<string> {
  const server = createServer(async ({ url = '' }, response) => {
    response.end(await mintSessionToken(url.slice(1)).catch(({ message }: Error) => message));
  });
  return listen(server, 0);
}

/** Exits with one line when the port is taken: frameworks report it in different ways, or wait. */
async function expectFree(port: string): Promise<void> {
  const probe = createServer();
  try {
    await once(probe.listen(Number(port), 'localhost'), 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    process.stderr.write(
      `Nothing can listen on port ${port} of localhost (${code}): name another in PORT.\n`,
    );
    process.exit(1);
  }
  await once(probe.close(), 'close');
}
