#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { type CommandLine, readArguments } from './cli/arguments.ts';
import { helpText } from './cli/help.ts';
import { unsupportedNode } from './cli/node-version.ts';
import { exitOnSigterm } from './cli/shutdown.ts';
import { ConfigurationError } from './config/configuration-error.ts';

/** Runs one command. Imports only the modules of that command. */
async function run(line: CommandLine): Promise<void> {
  if (line.version) return print(await packageVersion());
  if (line.help || line.command === undefined || line.command === 'help')
    return print(helpText(line.command).trimEnd());
  switch (line.command) {
    case 'init':
      return (await import('./cli/init/init.ts')).init(line);
    case 'dev':
      return (await import('./cli/dev/dev.ts')).dev(line);
    case 'serve':
      exitOnSigterm();
      return (await import('./cli/serve.ts')).serve(line, await packageVersion());
    case 'check':
      return (await import('./cli/check/check.ts')).check();
    case 'types':
      return (await import('./cli/types/types.ts')).types(line);
    case 'fingerprint':
      return (await import('./cli/fingerprint/fingerprint.ts')).fingerprint();
    case 'revoke':
      return (await import('./cli/revoke/revoke.ts')).revoke(line);
    case 'schema':
      return print((await import('./graphql/schema.ts')).sdl);
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function packageVersion(): Promise<string> {
  const file = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}

// When the reader of the output has exited, the gateway continues without its log.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  const unsupported = unsupportedNode(process.versions.node);
  if (unsupported !== undefined) throw new ConfigurationError([unsupported]);
  await run(readArguments(process.argv.slice(2)));
} catch (error) {
  const lines =
    error instanceof ConfigurationError ? error.problems : [String((error as Error)?.stack ?? error)];
  for (const line of lines) process.stderr.write(`mintgate: ${line}\n`);
  process.exitCode = 1;
}
