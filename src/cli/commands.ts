import { defaultHosts } from '../config/command-table.ts';
import { telemetryVariables } from '../config/telemetry-variables.ts';
import { mountNames } from './init/mount-names.ts';

/** A command of `mintgate`. */
export type Command =
  | ('init' | 'dev' | 'serve' | 'check' | 'types')
  | ('fingerprint' | 'revoke' | 'schema' | 'help');

/** An option of the command line, except `--help` and `--version`. */
export type CommandOption =
  | ('mount' | 'port' | 'host' | 'data' | 'rate-limit' | 'json' | 'session' | 'user')
  | ('from' | 'out' | 'json-schema' | 'no-register' | 'check');

/** The description of a command, for its `--help`. */
export interface CommandDescription {
  /** One line, without a period. */
  summary: string;
  /** Further sentences. */
  more?: string;
  options: readonly CommandOption[];
  /** The options in the line of its usage. @default each in brackets */
  usage?: string;
  /** The environment variables that the command does not read; undefined when it reads none. */
  ignoredVariables?: readonly string[];
  /** The only environment variables that the command reads. @default all but the ignored ones */
  onlyVariables?: readonly string[];
  /** Defaults of environment variables that differ in this command, in Markdown. */
  defaults?: Readonly<Record<string, string>>;
}

/** The variables that only a command that listens reads. */
const serveVariables = [
  ...['PORT', 'HOST', 'MINTGATE_SHUTDOWN_DELAY_MS', 'MINTGATE_WATCH'],
  ...telemetryVariables,
];

/** Every command, in the order of the help. */
export const commands: Readonly<Record<Command, CommandDescription>> = {
  init: {
    summary: 'writes the first files: .env, mintgate.config.ts and the file of a host',
    more: 'Asks no questions and changes no existing file.',
    options: ['mount'],
  },
  dev: {
    summary: 'starts the gateway with a local Clerk and GraphiQL, signed in',
    more: 'Needs no Clerk account, and listens on loopback only. In a checkout: npm run dev, with options after --.',
    options: ['port', 'host', 'data', 'rate-limit', 'json'],
    ignoredVariables: [
      ...['CLERK_SECRET_KEY', 'CLERK_PUBLISHABLE_KEY', 'CLERK_JWT_KEY', 'CLERK_API_URL'],
      ...['MINTGATE_SHUTDOWN_DELAY_MS', 'MINTGATE_WATCH', 'MINTGATE_TYPES_FILE', 'NODE_ENV'],
      ...telemetryVariables,
    ],
    defaults: {
      CLERK_AUTHORIZED_PARTIES: '`any`',
      MINTGATE_TEMPLATES: 'all templates of the local Clerk',
      MINTGATE_DISCOVERY: '`true`',
      MINTGATE_MINT_BUDGET: '`80`',
      MINTGATE_MINT_BUDGET_SHARE: '`1`',
      HOST: `\`${defaultHosts.dev}\``,
    },
  },
  serve: {
    summary: 'starts the gateway for the Clerk instance whose keys are in the environment',
    more: 'Ends on SIGTERM, after the requests in progress, and reloads the settings on SIGHUP where it has no terminal. In a checkout: npm start, with options after --.',
    options: ['port', 'host'],
    ignoredVariables: ['MINTGATE_TYPES_FILE'],
    defaults: { HOST: `\`${defaultHosts.serve}\`` },
  },
  check: {
    summary: 'checks the configuration against Clerk, and tests Redis',
    more: 'Prints one line for each finding (ok, note, warn, fail); the exit code is 1 when something fails. In a checkout: npm run check.',
    options: [],
    ignoredVariables: [...serveVariables, 'MINTGATE_LOG_LEVEL'],
  },
  types: {
    summary: "writes TypeScript types of the tokens' claims, from the JWT templates",
    more: 'The types of the configured templates, or of all where none are configured. Prints one line for each file and finding; with --check, the exit code is 1 when a file is out of date.',
    options: ['from', 'out', 'json-schema', 'no-register', 'check'],
    onlyVariables: [
      ...['CLERK_SECRET_KEY', 'CLERK_API_URL', 'MINTGATE_TEMPLATES', 'MINTGATE_CONFIG'],
      'MINTGATE_TYPES_FILE',
    ],
    defaults: { CLERK_SECRET_KEY: 'required without --from', MINTGATE_TEMPLATES: 'all templates' },
  },
  fingerprint: {
    summary: 'prints the `tokenHmac` of a token on standard input, to find it in the audit log',
    more: 'Prints one line for each cache key, the newest first. Audit events have the first; those from before a rotation have another.',
    options: [],
    onlyVariables: ['CLERK_SECRET_KEY', 'MINTGATE_CACHE_KEY'],
    defaults: { CLERK_SECRET_KEY: 'required without MINTGATE_CACHE_KEY' },
  },
  revoke: {
    summary: 'refuses a session or a user in every instance, through Redis',
    more: 'Revoke it at Clerk, too: a browser gets a new session token within 60 s. The exit code is 1 when Redis has not stored the revocation.',
    options: ['session', 'user'],
    usage: '(--session <id> | --user <id>)',
    onlyVariables: [
      ...['CLERK_SECRET_KEY', 'CLERK_PUBLISHABLE_KEY', 'CLERK_AUTHORIZED_PARTIES', 'MINTGATE_TEMPLATES'],
      ...['REDIS_URL', 'MINTGATE_CACHE_KEY', 'MINTGATE_MAX_STALE_AGE'],
      ...['MINTGATE_MAX_SESSION_TOKEN_LIFETIME', 'MINTGATE_CONFIG'],
    ],
    defaults: { REDIS_URL: 'required' },
  },
  schema: {
    summary: 'prints the subgraph schema',
    more: 'For a schema registry or a composer. Needs no configuration and no Clerk account.',
    options: [],
  },
  help: { summary: 'prints this text, or the help of one command', options: [] },
};

/** The usage and description of each option. */
export const commandOptions: Readonly<Record<CommandOption, { usage: string; description: string }>> = {
  mount: {
    usage: '--mount <host>',
    description: `The server in which the gateway runs: ${mountNames.join(', ')}. Also writes the file of that host.`,
  },
  port: { usage: '--port <n>', description: 'Port to listen on, instead of PORT; 0 takes a free one.' },
  host: { usage: '--host <address>', description: 'Address to listen on, instead of HOST.' },
  data: {
    usage: '--data <file>',
    description:
      'Users, organizations, sessions and templates of the local Clerk, as JSON. The file is watched for changes.',
  },
  'rate-limit': {
    usage: '--rate-limit <n>',
    description:
      'Requests per 10 s that the local Clerk accepts; Clerk accepts 100 in development. [no limit]',
  },
  from: {
    usage: '--from <source>',
    description:
      'Where the templates come from: clerk, demo (the demo data of dev), or a file with data for dev --data or with an export of the templates. [clerk]',
  },
  out: {
    usage: '--out <file>',
    description: 'The TypeScript file, instead of MINTGATE_TYPES_FILE.',
  },
  'json-schema': {
    usage: '--json-schema <file>',
    description: 'Also writes the JSON Schema of the claims into this file.',
  },
  'no-register': {
    usage: '--no-register',
    description: 'Leaves out the part that tells mintgate/client the types, for projects without it.',
  },
  check: {
    usage: '--check',
    description: 'Writes nothing, and fails when a file is out of date.',
  },
  session: {
    usage: '--session <id>',
    description: 'The session that is refused, such as sess_2abc.',
  },
  user: {
    usage: '--user <id>',
    description: 'The user whose session tokens up to now are refused, such as user_2abc.',
  },
  json: {
    usage: '--json',
    description:
      'Writes a JSON object for scripts as the first line to standard output, and the log to standard error.',
  },
};
