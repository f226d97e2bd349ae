import { parseArgs } from 'node:util';
import { ConfigurationError } from '../config/environment.ts';
import { type Command, type CommandOption, commands } from './commands.ts';
import { type Mount, mountNames } from './init/mount-names.ts';

/** The command line, read. */
export interface CommandLine {
  command: Command | undefined;
  port: number | undefined;
  host: string | undefined;
  data: string | undefined;
  /** Requests per 10 s that the local Clerk admits. */
  rateLimit: number | undefined;
  json: boolean;
  /** The host that `init` writes a file for. */
  mount: Mount | undefined;
  help: boolean;
  version: boolean;
}

/** @throws ConfigurationError for a command or an option that is unknown, an option of another command, a value that is none */
export function readArguments(argv: readonly string[]): CommandLine {
  const { values, positionals } = parsed(argv);
  const { port, host, data, json = false, version = false } = values;
  const rateLimit = values['rate-limit'];
  const asksForHelp = positionals[0] === 'help' && positionals.length === 2;
  const help = values.help ?? asksForHelp;
  if (positionals.length > 1 && !asksForHelp) {
    const hint = 'npm passes options on only after --, as in: npm run dev -- --data file.json';
    throw new ConfigurationError([`one command at a time: ${positionals.join(' ')} (${hint})`]);
  }
  const command = knownCommand(positionals.at(-1));
  refuseForeignOptions(command ?? 'help', Object.keys(values));
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    throw new ConfigurationError(['--port: expected a port from 0 to 65535']);
  }
  if (rateLimit !== undefined && !/^[1-9]\d{0,5}$/.test(rateLimit)) {
    throw new ConfigurationError([
      '--rate-limit: expected a number of requests per 10 s from 1 to 999999, such as 100',
    ]);
  }
  return {
    command,
    mount: knownMount(values.mount),
    port: port === undefined ? undefined : Number(port),
    host,
    data,
    rateLimit: rateLimit === undefined ? undefined : Number(rateLimit),
    json,
    help,
    version,
  };
}

const names = Object.keys(commands) as Command[];

function knownCommand(word: string | undefined): Command | undefined {
  const command = names.find((name) => name === word);
  if (word !== undefined && command === undefined) {
    throw new ConfigurationError([`there is no command "${word}"; see mintgate --help`]);
  }
  return command;
}

function knownMount(word: string | undefined): Mount | undefined {
  const mount = mountNames.find((name) => name === word);
  if (word !== undefined && mount === undefined) {
    throw new ConfigurationError([`--mount: expected one of ${mountNames.join(', ')}`]);
  }
  return mount;
}

function refuseForeignOptions(command: Command, given: readonly string[]): void {
  const allowed: readonly string[] = [...commands[command].options, 'help', 'version'];
  const foreign = given.find((option) => !allowed.includes(option));
  if (foreign === undefined) return;
  const owners = names.filter((owner) => commands[owner].options.includes(foreign as CommandOption));
  throw new ConfigurationError([`--${foreign} is an option of mintgate ${owners.join(' and ')} only`]);
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        mount: { type: 'string' },
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
