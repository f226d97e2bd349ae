import { parseArgs } from 'node:util';
import { ConfigurationError } from '../config.ts';

/** The command line, read. */
export interface CommandLine {
  command: string | undefined;
  port: number | undefined;
  host: string | undefined;
  data: string | undefined;
  /** Requests per 10 s that the local Clerk admits. */
  rateLimit: number | undefined;
  json: boolean;
  help: boolean;
  version: boolean;
}

/** Which options a command takes, besides --help and --version. */
const optionsOf: Readonly<Record<string, readonly string[]>> = {
  dev: ['port', 'host', 'data', 'rate-limit', 'json'],
  serve: ['port', 'host'],
};

/** @throws ConfigurationError for an option that is unknown or not the command's, or a value that is none */
export function readArguments(argv: readonly string[]): CommandLine {
  const { values, positionals } = parsed(argv);
  const { port, host, data, json = false, help = false, version = false } = values;
  const rateLimit = values['rate-limit'];
  if (positionals.length > 1) {
    const hint = 'npm passes options on only after --, as in: npm run dev -- --data file.json';
    throw new ConfigurationError([`one command at a time: ${positionals.join(' ')} (${hint})`]);
  }
  refuseForeignOptions(positionals[0], Object.keys(values));
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    throw new ConfigurationError(['--port: expected a port from 0 to 65535']);
  }
  if (rateLimit !== undefined && !/^[1-9]\d{0,5}$/.test(rateLimit)) {
    throw new ConfigurationError(['--rate-limit: expected a number of requests per 10 s, such as 100']);
  }
  return {
    command: positionals[0],
    port: port === undefined ? undefined : Number(port),
    host,
    data,
    rateLimit: rateLimit === undefined ? undefined : Number(rateLimit),
    json,
    help,
    version,
  };
}

function refuseForeignOptions(command: string | undefined, given: readonly string[]): void {
  const allowed = [...(optionsOf[command ?? ''] ?? []), 'help', 'version'];
  const foreign = given.find((option) => !allowed.includes(option));
  if (foreign === undefined) return;
  const owners = Object.keys(optionsOf).filter((owner) => optionsOf[owner]?.includes(foreign));
  throw new ConfigurationError([`--${foreign} is an option of mintgate ${owners.join(' and ')} only`]);
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
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
