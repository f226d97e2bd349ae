import { mountNames } from './init/mount-names.ts';

/** What `mintgate` can do. */
export type Command = 'init' | 'dev' | 'serve' | 'check' | 'schema' | 'help';

/** The options of the command line, but for `--help` and `--version`. */
export type CommandOption = 'mount' | 'port' | 'host' | 'data' | 'rate-limit' | 'json';

/** One command, for its `--help`. */
export interface CommandDescription {
  /** In one line. */
  summary: string;
  /** Further notes, in sentences. */
  more?: string;
  options: readonly CommandOption[];
  /** The settings that it does not read; undefined where it reads none at all. */
  settingsBut?: readonly string[];
  /** Defaults of settings that are different in this command. */
  defaults?: Readonly<Record<string, string>>;
}

/** The commands, in the order in which people meet them. */
export const commands: Readonly<Record<Command, CommandDescription>> = {
  init: {
    summary: 'writes the first files of a set-up: .env, mintgate.config.ts and the file of a host',
    more: 'Asks no questions and changes no existing file.',
    options: ['mount'],
  },
  dev: {
    summary: 'the gateway on an embedded local Clerk, with GraphiQL signed in',
    more: 'Needs no Clerk account, and listens on loopback only. In a checkout: npm run dev, with options behind --.',
    options: ['port', 'host', 'data', 'rate-limit', 'json'],
    settingsBut: [
      ...['CLERK_SECRET_KEY', 'CLERK_PUBLISHABLE_KEY', 'CLERK_JWT_KEY', 'CLERK_API_URL'],
      ...['MINTGATE_SHUTDOWN_DELAY_MS', 'NODE_ENV'],
    ],
    defaults: {
      CLERK_AUTHORIZED_PARTIES: '`any`',
      MINTGATE_TEMPLATES: 'all of the local Clerk',
      MINTGATE_MINT_BUDGET: '`80`',
      MINTGATE_MINT_BUDGET_SHARE: '`1`',
      HOST: '`127.0.0.1`',
    },
  },
  serve: {
    summary: 'the gateway for the Clerk instance whose keys are in the environment',
    more: 'Ends on SIGTERM, after what is under way. In a checkout: npm start, with options behind --.',
    options: ['port', 'host'],
    settingsBut: [],
    defaults: { HOST: '`0.0.0.0`' },
  },
  check: {
    summary: 'checks the configuration against Clerk, and tries Redis',
    more: 'Prints one line for each finding (ok, note, warn, fail); the exit code is 1 when something fails. In a checkout: npm run check.',
    options: [],
    settingsBut: ['PORT', 'HOST', 'MINTGATE_SHUTDOWN_DELAY_MS', 'MINTGATE_LOG_LEVEL'],
  },
  schema: {
    summary: 'prints the subgraph schema',
    more: 'For a schema registry or a composer; needs no configuration and no Clerk.',
    options: [],
  },
  help: { summary: 'prints this text, or that of one command', options: [] },
};

/** The description of each option. */
export const commandOptions: Readonly<Record<CommandOption, { usage: string; description: string }>> = {
  mount: {
    usage: '--mount <host>',
    description: `The server in which the gateway runs: ${mountNames.join(', ')}. Its file is written, too.`,
  },
  port: { usage: '--port <n>', description: 'Port to listen on, in place of PORT; 0 takes a free one.' },
  host: { usage: '--host <address>', description: 'Address to listen on, in place of HOST.' },
  data: {
    usage: '--data <file>',
    description:
      'Users, organizations, sessions and templates of the local Clerk, as JSON. The file is watched for changes.',
  },
  'rate-limit': {
    usage: '--rate-limit <n>',
    description:
      'Requests per 10 s that the local Clerk admits, as Clerk does (100 in development). [no limit]',
  },
  json: {
    usage: '--json',
    description:
      'Makes the first line on standard output one JSON object for scripts; the log goes to standard error.',
  },
};
