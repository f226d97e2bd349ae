import { parseArgs } from 'node:util';
import { commandTable } from '../config/command-table.ts';
import { ConfigurationError } from '../config/configuration-error.ts';
import { redactSecrets } from '../logging/redact-secrets.ts';
import { type Command, type CommandOption, commands } from './commands.ts';
import { type Mount, mountNames } from './init/mount-names.ts';
import type { Registration } from './types/typescript.ts';

/** A parsed command line. */
export interface CommandLine {
  command: Command | undefined;
  port: number | undefined;
  host: string | undefined;
  data: string | undefined;
  /** Requests per 10 s that the local Clerk accepts. */
  rateLimit: number | undefined;
  json: boolean;
  /** The host for which `init` writes a file. */
  mount: Mount | undefined;
  /** The id of the session or the user that `revoke` revokes; one of the two. */
  session: string | undefined;
  user: string | undefined;
  /** Where `types` reads the templates: `clerk`, `demo`, or a file. */
  from: string | undefined;
  /** The files that `types` writes. */
  out: string | undefined;
  jsonSchema: string | undefined;
  registration: Registration;
  /** Whether `types` compares the files instead. */
  check: boolean;
  help: boolean;
  version: boolean;
}

/**
 * Parses a command line.
 *
 * @throws ConfigurationError for an unknown command or option, an option of another command, and a malformed value
 */
export function readArguments(argv: readonly string[]): CommandLine {
  const { values, positionals } = parse(argv);
  const { host, data, session, user, from, out } = values;
  const { json = false, check = false, version = false } = values;
  if (positionals[0] === 'fingerprint' && positionals.length > 1) {
    throw new ConfigurationError([tokenOnStandardInput]);
  }
  const isHelpOfCommand = positionals[0] === 'help' && positionals.length === 2;
  if (positionals.length > 1 && !isHelpOfCommand) {
    const hint = 'npm passes options only after --, as in: npm run dev -- --data file.json';
    throw new ConfigurationError([
      `expected one command, got: ${redactSecrets(positionals.join(' '))} (${hint})`,
    ]);
  }
  const command = parseCommand(positionals.at(-1));
  refuseForeignOptions(command ?? 'help', Object.keys(values));
  return {
    ...{ command, host, data, session, user, json, from, out, check, version },
    jsonSchema: values['json-schema'],
    registration: values['no-register'] ? 'no-register' : 'register',
    mount: parseMount(values.mount),
    port: parsePort(values.port),
    rateLimit: parseRateLimit(values['rate-limit']),
    help: values.help ?? isHelpOfCommand,
  };
}

const tokenOnStandardInput =
  'mintgate fingerprint reads the token from standard input, because other users of the machine can see arguments: mintgate fingerprint < token.txt';

const commandNames = Object.keys(commands) as Command[];

function parseCommand(word: string | undefined): Command | undefined {
  const command = commandNames.find((name) => name === word);
  if (word !== undefined && command === undefined) {
    throw new ConfigurationError([`there is no command "${redactSecrets(word)}"; see mintgate --help`]);
  }
  return command;
}

function parseMount(word: string | undefined): Mount | undefined {
  const mount = mountNames.find((name) => name === word);
  if (word !== undefined && mount === undefined) {
    throw new ConfigurationError([`--mount: expected one of ${mountNames.join(', ')}`]);
  }
  return mount;
}

function parsePort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const { data, error } = commandTable.port.fromText.safeParse(text);
  if (error) throw new ConfigurationError([`--port: ${error.issues[0]?.message}`]);
  return Number(data);
}

function parseRateLimit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new ConfigurationError([
      '--rate-limit: expected a number of requests per 10 s from 1 to 999999, such as 100',
    ]);
  }
  return Number(text);
}

function refuseForeignOptions(command: Command, given: readonly string[]): void {
  const allowed: readonly string[] = [...commands[command].options, 'help', 'version'];
  const foreign = given.find((option) => !allowed.includes(option));
  if (foreign === undefined) return;
  const owners = commandNames.filter((owner) => commands[owner].options.includes(foreign as CommandOption));
  throw new ConfigurationError([`--${foreign} is an option of mintgate ${owners.join(' and ')} only`]);
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        mount: { type: 'string' },
        session: { type: 'string' },
        user: { type: 'string' },
        from: { type: 'string' },
        out: { type: 'string' },
        'json-schema': { type: 'string' },
        'no-register': { type: 'boolean' },
        check: { type: 'boolean' },
        port: { type: 'string' },
        host: { type: 'string' },
        data: { type: 'string' },
        'rate-limit': { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
  } catch (error) {
    throw new ConfigurationError([`${(error as Error).message.split('. ')[0]}; see mintgate --help`]);
  }
}
