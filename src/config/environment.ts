import { z } from 'zod';
import { apiKeysPage } from '../errors.ts';
import { expectedInRange, expectedShare, isInRange, type Range, ranges } from './formats.ts';
import type { GatewayOptions } from './options.ts';
import { findUnknownSettings, isServiceAddress } from './unknown-variables.ts';

/** One setting of the environment: parsing, `--help` and the README all come from this table. */
export interface Setting {
  name: string;
  /** What it does, for people. */
  description: string;
  /** What holds when it is not set, for people. */
  defaultText: string;
  /** Where its value is found. */
  where?: string;
  /** Whether it holds several entries, separated by commas. */
  list?: true;
  /** The option of `createGateway` that it fills, when it fills one. */
  option?: keyof GatewayOptions;
  /** The option that is read from the file that it names. */
  optionOfFile?: keyof GatewayOptions;
  /** Reads the text; fails with what was expected. */
  parse: z.ZodType<unknown, string>;
}

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean),
);

const anyOr = z.string().transform((text) => (text.trim() === 'any' ? 'any' : list.parse(text)));
const starOr = z.string().transform((text) => (text.trim() === '*' ? '*' : list.parse(text)));

const flag = z
  .enum(['true', 'false', '1', '0'], { error: 'expected true or false' })
  .transform((text) => text === 'true' || text === '1');

// Some hosts keep environment variables on one line, with the line feeds of a PEM written as \n.
const pem = z.string().transform((text) => text.replaceAll('\\n', '\n').trim());

function wholeNumber(range: Range, error = expectedInRange(range)) {
  return z
    .string()
    .refine((text) => /^\d{1,12}$/.test(text) && isInRange(Number(text), range), { error })
    .transform(Number);
}

const share = z
  .string()
  .regex(/^(?:\d{1,6}(?:\.\d{1,6})?|\.\d{1,6})$/, { error: `${expectedShare}, such as 0.25` })
  .transform(Number);

const ports: Range = { unit: 'ports', least: 0, most: 65_535 };

// Whatever is neither yes nor no is a path.
function persistedOnly(text: string): string | undefined {
  if (text === 'false' || text === '0') return undefined;
  return text === '1' ? 'true' : text;
}

/** Every setting, in the order in which people meet them. */
export const settings: readonly Setting[] = [
  {
    name: 'CLERK_SECRET_KEY',
    description: 'Secret key of the Clerk instance.',
    defaultText: 'required',
    where: apiKeysPage,
    option: 'secretKey',
    parse: z.string(),
  },
  {
    name: 'CLERK_PUBLISHABLE_KEY',
    description: 'Publishable key of the same instance.',
    defaultText: 'required',
    where: apiKeysPage,
    option: 'publishableKey',
    parse: z.string(),
  },
  {
    name: 'CLERK_JWT_KEY',
    description: 'PEM public key that verifies session tokens without any call to Clerk.',
    defaultText: "Clerk's key set is fetched",
    where: `${apiKeysPage}, JWKS Public Key`,
    option: 'jwtKey',
    parse: pem,
  },
  {
    name: 'CLERK_AUTHORIZED_PARTIES',
    description: 'Origins of the frontends whose session tokens are accepted, separated by commas, or `any`.',
    defaultText: 'required in production, else `any`',
    option: 'authorizedParties',
    list: true,
    parse: anyOr,
  },
  {
    name: 'MINTGATE_ACCEPT_MISSING_AZP',
    description:
      'Accept session tokens of native apps and top-level navigations, which name no authorized party (claim `azp`). They are bound to no origin: see SECURITY.md.',
    defaultText: '`false`',
    option: 'acceptMissingAzp',
    parse: flag,
  },
  {
    name: 'CLERK_API_URL',
    description: "Clerk's Backend API.",
    defaultText: '`https://api.clerk.com`',
    option: 'apiUrl',
    parse: z.string(),
  },
  {
    name: 'MINTGATE_TEMPLATES',
    description:
      'JWT templates that may be minted, separated by commas, or `*`. Policies go into the config file, whose templates this limits.',
    defaultText: 'required, here or in the config file',
    where: 'Clerk Dashboard: Configure, JWT templates',
    option: 'templates',
    list: true,
    parse: starOr,
  },
  {
    name: 'MINTGATE_CORS_ORIGINS',
    description:
      'Exact origins of browser pages that may query and whose cookies count, separated by commas.',
    defaultText: 'none',
    option: 'corsOrigins',
    list: true,
    parse: list,
  },
  {
    name: 'MINTGATE_REQUIRE_SESSION',
    description: 'Refuse GraphQL requests without a session with HTTP 401. Not for subgraphs.',
    defaultText: '`false`',
    option: 'requireSession',
    parse: flag,
  },
  {
    name: 'MINTGATE_PERSISTED_ONLY',
    description:
      'Execute persisted documents and nothing else: the path of their manifest, or `true` for the documents that come with Mintgate. Not for subgraphs.',
    defaultText: 'any document',
    optionOfFile: 'persistedDocuments',
    parse: z.string().transform(persistedOnly),
  },
  {
    name: 'MINTGATE_GRAPHQL_PATH',
    description: 'Path of the GraphQL endpoint.',
    defaultText: '`/graphql`',
    option: 'graphqlEndpoint',
    parse: z.string(),
  },
  {
    name: 'MINTGATE_DEADLINE_MS',
    description: 'How long a request, and one call to Clerk, may take, in milliseconds.',
    defaultText: '`3000`',
    option: 'deadline',
    parse: wholeNumber(ranges.deadline),
  },
  {
    name: 'MINTGATE_MAX_SESSION_TOKEN_LIFETIME',
    description: 'Longest life accepted of a session token, in seconds.',
    defaultText: '`600`',
    option: 'maxSessionTokenLifetime',
    parse: wholeNumber(ranges.maxSessionTokenLifetime),
  },
  {
    name: 'MINTGATE_MAX_BODY_BYTES',
    description: 'Largest request body, in bytes.',
    defaultText: '`65536`',
    option: 'maxBodyBytes',
    parse: wholeNumber(ranges.maxBodyBytes),
  },
  {
    name: 'REDIS_URL',
    description:
      'Redis, shared by several instances: `redis://` or `rediss://`, with user, password and database where there are any.',
    defaultText: 'none: this process is alone',
    option: 'redisUrl',
    parse: z.string(),
  },
  {
    name: 'MINTGATE_CACHE_KEY',
    description:
      'What the keys for names and values in Redis are derived from, at least 32 characters; the same for all instances.',
    defaultText: 'the secret key',
    option: 'cacheKey',
    parse: z.string(),
  },
  {
    name: 'CLERK_WEBHOOK_SIGNING_SECRET',
    description:
      "Signing secret of the webhook endpoint. With it, `POST /webhooks/clerk` receives Clerk's webhooks.",
    defaultText: 'no such endpoint',
    where: 'Clerk Dashboard: Configure, Webhooks',
    option: 'webhookSigningSecret',
    parse: z.string(),
  },
  {
    name: 'MINTGATE_ROUTER_SECRET',
    description:
      'What the router of a supergraph shows in the header `x-mintgate-router-secret`, at least 32 characters. With it, production answers `_service` and introspection to no one else.',
    defaultText: '`_service` is answered to all, introspection in production to nobody',
    option: 'routerSecret',
    parse: z.string(),
  },
  {
    name: 'MINTGATE_MINT_BUDGET',
    description: 'Mints per 10 s, of all instances together.',
    defaultText: '`800` with a key `sk_live_`, `80` with a key `sk_test_`',
    option: 'mintBudget',
    parse: wholeNumber(ranges.mintBudget),
  },
  {
    name: 'MINTGATE_MINT_BUDGET_SHARE',
    description: 'The share of that budget that one process may spend without Redis, or while Redis is away.',
    defaultText: '`0.25`',
    option: 'mintBudgetShare',
    parse: share,
  },
  {
    name: 'MINTGATE_USER_MINT_SHARE',
    description:
      'The share of the budget that one user may spend within 10 s, with all sessions together; `1` sets no such limit.',
    defaultText: '`0.25`, but at least 10 mints or half of the budget, whichever is less',
    option: 'userMintShare',
    parse: share,
  },
  {
    name: 'MINTGATE_SESSION_MINT_LIMIT',
    description: 'Mints per minute of one session.',
    defaultText: '`120`',
    option: 'sessionMintLimit',
    parse: wholeNumber(ranges.sessionMintLimit),
  },
  {
    name: 'MINTGATE_SUBSCRIPTION_LIMIT',
    description: 'Most subscriptions open at once in one process.',
    defaultText: '`10000`',
    option: 'subscriptionLimit',
    parse: wholeNumber(ranges.subscriptionLimit),
  },
  {
    name: 'MINTGATE_SESSION_SUBSCRIPTION_LIMIT',
    description: 'Most subscriptions open at once of one session, in one process.',
    defaultText: '`20`',
    option: 'sessionSubscriptionLimit',
    parse: wholeNumber(ranges.sessionSubscriptionLimit),
  },
  {
    name: 'MINTGATE_CACHE_SIZE',
    description: 'Most tokens held in memory; one beyond 4 kB counts for several.',
    defaultText: '`50000`',
    option: 'cacheSize',
    parse: wholeNumber(ranges.cacheSize),
  },
  {
    name: 'MINTGATE_MAX_STALE_AGE',
    description:
      'How long a held token may be handed out while no other can be had, in seconds from its `iat`.',
    defaultText: '`300`',
    option: 'maxStaleAge',
    parse: wholeNumber(ranges.maxStaleAge),
  },
  {
    name: 'MINTGATE_FINGERPRINT_IGNORE',
    description:
      'Claims of the session token that change without meaning anything for a minted token, separated by commas.',
    defaultText: 'none',
    option: 'fingerprintIgnore',
    list: true,
    parse: list,
  },
  {
    name: 'MINTGATE_LOG_LEVEL',
    description: 'Least severe level that is logged: `debug`, `info`, `warn`, `error` or `silent`.',
    defaultText: '`info`',
    parse: z.enum(['debug', 'info', 'warn', 'error', 'silent'], {
      error: 'expected debug, info, warn, error or silent',
    }),
  },
  {
    name: 'MINTGATE_CONFIG',
    description: 'Path of the config file.',
    defaultText: '`mintgate.config.ts`, `.mts`, `.js` or `.mjs`, when there is one',
    parse: z.string(),
  },
  {
    name: 'PORT',
    description: 'Port to listen on; `0` takes a free one.',
    defaultText: '`4000`',
    parse: wholeNumber(ports, 'expected a port from 0 to 65535'),
  },
  {
    name: 'HOST',
    description: 'Address to listen on.',
    defaultText: '`0.0.0.0` for `serve`, `127.0.0.1` for `dev`',
    parse: z.string(),
  },
  {
    name: 'MINTGATE_SHUTDOWN_DELAY_MS',
    description:
      'How long `serve` goes on accepting requests after SIGTERM, while `/ready` answers 503, in milliseconds.',
    defaultText: '`2000`',
    parse: wholeNumber({ unit: 'milliseconds', least: 0, most: 60_000 }),
  },
  {
    name: 'NODE_ENV',
    description:
      '`development` serves GraphiQL, introspection, suggestions and the reasons of refusals; anything else is production.',
    defaultText: 'production',
    option: 'mode',
    parse: z.string().transform((text) => (text === 'development' ? 'development' : 'production')),
  },
];

/** What the environment says. */
export interface Environment {
  /** Options for `createGateway`, as far as the environment gives them. */
  options: Partial<GatewayOptions>;
  logLevel: string;
  configFile: string | undefined;
  /** The path of a manifest of persisted documents, or `true` for the own one. */
  persistedOnly: string | undefined;
  port: number;
  host: string | undefined;
  /** In milliseconds. */
  shutdownDelay: number;
}

/** Thrown for settings that cannot be used; each line of the message names one of them. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Says, in one line each, which variables of an environment look like settings and are ignored. */
export function ignoredSettings(env: Readonly<Record<string, string | undefined>>): string[] {
  return findUnknownSettings(env, settingNames).ignored;
}

const settingNames = settings.map(({ name }) => name);

/**
 * Reads the settings from an environment. Empty values count as not set, and so do the addresses that Kubernetes injects.
 *
 * @throws ConfigurationError that names each misspelt or wrong setting and what was expected, and quotes no value
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const values = new Map<string, unknown>();
  const options: Record<string, unknown> = {};
  const problems = findUnknownSettings(env, settingNames).misspelt;
  for (const { name, option, parse } of settings) {
    const text = env[name]?.trim();
    if (!text || isServiceAddress(name, text)) continue;
    const result = parse.safeParse(text);
    if (!result.success) {
      problems.push(`${name}: ${result.error.issues[0]?.message}`);
      continue;
    }
    values.set(name, result.data);
    if (option) options[option] = result.data;
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return {
    options: options as Partial<GatewayOptions>,
    logLevel: (values.get('MINTGATE_LOG_LEVEL') as string | undefined) ?? 'info',
    configFile: values.get('MINTGATE_CONFIG') as string | undefined,
    persistedOnly: values.get('MINTGATE_PERSISTED_ONLY') as string | undefined,
    port: (values.get('PORT') as number | undefined) ?? 4000,
    host: values.get('HOST') as string | undefined,
    shutdownDelay: (values.get('MINTGATE_SHUTDOWN_DELAY_MS') as number | undefined) ?? 2_000,
  };
}

/** Says of an option's problem which setting to change, and where its value is found. */
export function settingProblem(path: string, message: string): string {
  const [option = path, index] = path.split('.');
  const setting = settings.find((candidate) =>
    [candidate.option, candidate.optionOfFile].includes(option as never),
  );
  if (setting === undefined) return `${path}: ${message}`;
  const { name, where, list } = setting;
  const entry = index === undefined ? '' : ` (entry ${list ? Number(index) + 1 : index})`;
  const told =
    list && index === undefined ? message.replace(/\bexpected/, 'expected, separated by commas,') : message;
  return `${name}${entry}: ${told}${where ? `. Find it in ${where}.` : ''}`;
}
