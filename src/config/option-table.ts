import { z } from 'zod';
import type { HostAuthenticate } from '../auth/host-authenticate.ts';
import { apiKeysPage } from '../errors.ts';
import { apolloCoprocessorPath, endpoints } from '../http/endpoints.ts';
import type { Audit } from '../mint/audit.ts';
import { logger, persistedDocuments, telemetry } from './code-formats.ts';
import { tokenExchange } from './exchange-schema.ts';
import {
  anyFunction,
  apiUrl,
  authorizedParties,
  graphqlEndpoint,
  ignorableClaim,
  list,
  oneOf,
  origin,
  redisUrl,
  share,
  text,
  trueOrFalse,
  wholeNumber,
} from './formats.ts';
import {
  cacheKey,
  coprocessorSecret,
  jwtKey,
  publishableKey,
  routerSecret,
  secretKey,
  webhookSigningSecret,
} from './key-formats.ts';
import { longestLifetime, templates } from './policy-schema.ts';
import { secretList } from './secret-list.ts';
import { defaulted, optional, required, type TableEntry } from './setting.ts';
import { subgraphs } from './subgraphs-schema.ts';

/**
 * Every option of `createGateway`, by name, in the order of the documentation. This is the only source of their formats, defaults,
 * environment variables and help texts.
 */
export const optionTable = {
  secretKey: required({
    ...secretList(secretKey),
    variable: 'CLERK_SECRET_KEY',
    description: 'Secret key of the Clerk instance; while you replace it, the new key and the old one.',
    where: apiKeysPage,
    list: true,
    secret: true,
  }),
  publishableKey: required({
    restart: 'always',
    ...publishableKey,
    variable: 'CLERK_PUBLISHABLE_KEY',
    description: 'Publishable key of the same instance.',
    where: apiKeysPage,
  }),
  jwtKey: optional({
    ...jwtKey,
    variable: 'CLERK_JWT_KEY',
    description:
      'PEM public key that verifies session tokens without any call to Clerk. On one line, write its line feeds as `\\n`.',
    defaultText: "Clerk's key set is fetched",
    where: `${apiKeysPage}, JWKS Public Key`,
  }),
  authorizedParties: defaulted({
    ...authorizedParties,
    variable: 'CLERK_AUTHORIZED_PARTIES',
    description: 'Origins of the frontends whose session tokens are accepted, separated by commas, or `any`.',
    list: true,
    default: 'any',
    defaultText: 'required in production, else `any`',
  }),
  acceptMissingAzp: defaulted({
    ...trueOrFalse,
    variable: 'MINTGATE_ACCEPT_MISSING_AZP',
    description:
      'Accept session tokens of native apps and top-level navigations, which name no authorized party (claim `azp`). They are bound to no origin: see SECURITY.md.',
    default: false,
  }),
  apiUrl: defaulted({
    restart: 'always',
    ...apiUrl,
    variable: 'CLERK_API_URL',
    description: "URL of Clerk's Backend API.",
    default: 'https://api.clerk.com',
  }),
  templates: required({
    ...templates,
    variable: 'MINTGATE_TEMPLATES',
    description:
      'JWT templates that may be minted, separated by commas, or `*`. Policies go into the config file, whose templates this limits.',
    defaultText: 'required, here or in the config file',
    where: 'Clerk Dashboard: Configure, JWT templates',
    list: true,
  }),
  corsOrigins: defaulted({
    ...list('expected a list of exact origins such as https://app.example.com', origin),
    variable: 'MINTGATE_CORS_ORIGINS',
    description:
      'Exact origins of browser pages that may query and whose cookies count, separated by commas.',
    list: true,
    default: [],
  }),
  requireSession: defaulted({
    ...trueOrFalse,
    variable: 'MINTGATE_REQUIRE_SESSION',
    description: 'Refuse GraphQL requests without a session with HTTP 401. Not for subgraphs.',
    default: false,
  }),
  discovery: defaulted({
    ...trueOrFalse,
    variable: 'MINTGATE_DISCOVERY',
    description:
      'Add `Session.tokenTemplates` to the graph: the configured templates, and which of them the caller may mint.',
    default: false,
  }),
  persistedDocuments: optional({
    schema: persistedDocuments,
    description: 'The only documents that are executed, by their ids. Not for subgraphs.',
    defaultText: 'any document',
  }),
  tokenExchange: optional({
    schema: tokenExchange,
    description:
      'The audiences of the token exchange, each with the name of its template. With it, `POST /token` exchanges session tokens by RFC 8693. Not with `authenticate`.',
    defaultText: 'no such endpoint',
  }),
  authenticate: optional({
    schema: anyFunction<HostAuthenticate>(),
    description: "Replaces the gateway's own authentication, where the host has already authenticated.",
    defaultText: "the gateway's own authentication",
  }),
  fastPath: defaulted({
    ...trueOrFalse,
    variable: 'MINTGATE_FAST_PATH',
    description: 'Answer repeated requests for held tokens without GraphQL Yoga, several times as fast.',
    default: true,
  }),
  graphqlEndpoint: defaulted({
    ...graphqlEndpoint,
    variable: 'MINTGATE_GRAPHQL_PATH',
    description: 'Path of the GraphQL endpoint.',
    default: '/graphql',
  }),
  deadline: defaulted({
    ...wholeNumber({ unit: 'milliseconds', least: 100, most: 60_000 }),
    variable: 'MINTGATE_DEADLINE_MS',
    description: 'Time limit of a request, and of one call to Clerk, in milliseconds.',
    default: 3_000,
  }),
  maxSessionTokenLifetime: defaulted({
    restart: 'always',
    ...wholeNumber({ unit: 'seconds', least: 1, most: longestLifetime }),
    variable: 'MINTGATE_MAX_SESSION_TOKEN_LIFETIME',
    description: 'Longest accepted lifetime of a session token, in seconds.',
    default: 600,
  }),
  maxBodyBytes: defaulted({
    ...wholeNumber({ unit: 'bytes', least: 1, most: 25_000_000 }),
    variable: 'MINTGATE_MAX_BODY_BYTES',
    description: 'Largest request body, in bytes.',
    default: 65_536,
  }),
  redisUrl: optional({
    restart: 'to turn on or off',
    ...redisUrl,
    variable: 'REDIS_URL',
    description:
      'Redis that several instances share: `redis://` or `rediss://`, with user, password and database where there are any.',
    defaultText: 'instances share nothing',
    secret: true,
  }),
  cacheKey: defaulted({
    ...secretList(cacheKey),
    variable: 'MINTGATE_CACHE_KEY',
    description:
      'Secret from which the keys for pseudonyms and encryption in Redis are derived, at least 32 characters; the same for all instances.',
    list: true,
    defaultFrom: (given) => given.secretKey,
    defaultText: 'the secret keys',
    secret: true,
  }),
  webhookSigningSecret: optional({
    ...secretList(webhookSigningSecret),
    variable: 'CLERK_WEBHOOK_SIGNING_SECRET',
    description: `Signing secret of the webhook endpoint. With it, \`POST ${endpoints.webhooks}\` receives Clerk's webhooks.`,
    defaultText: 'no such endpoint',
    where: 'Clerk Dashboard: Configure, Webhooks',
    list: true,
    secret: true,
  }),
  routerSecret: optional({
    ...secretList(routerSecret),
    variable: 'MINTGATE_ROUTER_SECRET',
    description:
      'Secret that the router of a supergraph sends in the header `x-mintgate-router-secret`, at least 32 characters. With it, production answers `_service` and introspection only to requests that carry it.',
    defaultText: 'production answers `_service` to every request, and refuses introspection',
    list: true,
    secret: true,
  }),
  subgraphs: optional({
    schema: subgraphs,
    description:
      'The token that each subgraph of a supergraph receives, by the names of the subgraphs. Used by the coprocessor.',
    defaultText: 'no subgraph receives a token',
  }),
  mintgateSubgraph: defaulted({
    ...text('expected the name that Mintgate has as a subgraph, such as mintgate', (name) => name !== ''),
    description: "The name of Mintgate's own subgraph, which alone receives the caller's credentials.",
    default: 'mintgate',
  }),
  coprocessorSecret: optional({
    ...secretList(coprocessorSecret),
    variable: 'MINTGATE_COPROCESSOR_SECRET',
    description: `Secret in the path of the coprocessor for Apollo Router, at least 32 letters, digits, \`-\`, \`.\`, \`_\` or \`~\`. With it and \`subgraphs\`, \`POST ${apolloCoprocessorPath}<secret>\` answers the router.`,
    defaultText: 'no such endpoint',
    list: true,
    secret: true,
  }),
  mintBudget: defaulted({
    ...wholeNumber({ unit: 'mints', least: 1, most: 1_000_000 }),
    variable: 'MINTGATE_MINT_BUDGET',
    description: 'Mints per 10 s, of all instances together.',
    // 80 % of Clerk's limits for production and for development instances.
    defaultFrom: (given) => (given.secretKey[0].startsWith('sk_live_') ? 800 : 80),
    defaultText: '`800` with a key `sk_live_`, `80` with a key `sk_test_`',
  }),
  mintBudgetShare: defaulted({
    ...share,
    variable: 'MINTGATE_MINT_BUDGET_SHARE',
    description:
      'Share of that budget that one process may spend without Redis, or while Redis cannot be reached.',
    default: 0.25,
  }),
  userMintShare: defaulted({
    ...share,
    variable: 'MINTGATE_USER_MINT_SHARE',
    description:
      'Share of the budget that one user may spend within 10 s, with all sessions together; `1` sets no such limit.',
    default: 0.25,
    defaultText: '`0.25`, but at least 10 mints or half of the budget, whichever is less',
  }),
  sessionMintLimit: defaulted({
    ...wholeNumber({ unit: 'mints', least: 1, most: 1_000_000 }),
    variable: 'MINTGATE_SESSION_MINT_LIMIT',
    description: 'Mints per minute of one session.',
    default: 120,
  }),
  subscriptionLimit: defaulted({
    ...wholeNumber({ unit: 'subscriptions', least: 0, most: 1_000_000 }),
    variable: 'MINTGATE_SUBSCRIPTION_LIMIT',
    description: 'Maximum number of open subscriptions in one process.',
    default: 10_000,
  }),
  sessionSubscriptionLimit: defaulted({
    ...wholeNumber({ unit: 'subscriptions', least: 0, most: 1_000_000 }),
    variable: 'MINTGATE_SESSION_SUBSCRIPTION_LIMIT',
    description: 'Maximum number of open subscriptions of one session, in one process.',
    default: 20,
  }),
  cacheSize: defaulted({
    restart: 'always',
    ...wholeNumber({ unit: 'tokens', least: 1, most: 10_000_000 }),
    variable: 'MINTGATE_CACHE_SIZE',
    description: 'Maximum number of tokens held in memory; a token larger than 4 kB counts as several.',
    default: 50_000,
  }),
  maxStaleAge: defaulted({
    ...wholeNumber({ unit: 'seconds', least: 0, most: 86_400 }),
    variable: 'MINTGATE_MAX_STALE_AGE',
    description:
      'How long a held token may be served while no new one can be minted, in seconds from its `iat`.',
    default: 300,
  }),
  fingerprintIgnore: defaulted({
    ...list('expected a list of claim names', ignorableClaim),
    variable: 'MINTGATE_FINGERPRINT_IGNORE',
    description:
      'Claims of the session token whose changes do not affect minted tokens, separated by commas.',
    list: true,
    default: [],
  }),
  mode: defaulted({
    restart: 'always',
    ...oneOf(['production', 'development'], "expected 'production' or 'development'"),
    variable: 'NODE_ENV',
    fromText: z.string().transform((value) => (value === 'development' ? value : 'production')),
    description:
      '`development` serves GraphiQL, introspection, suggestions and the reasons of refusals; anything else is production.',
    default: 'production',
  }),
  audit: optional({
    schema: anyFunction<Audit>(),
    description: 'Receives an event for every token that is minted, served or refused.',
    defaultText: 'events are written to `logger`',
  }),
  logger: optional({
    restart: 'always',
    schema: logger,
    description: 'Receives the log lines of the gateway.',
    defaultText: 'JSON on standard output, by pino',
  }),
  telemetry: optional({
    restart: 'always',
    schema: telemetry,
    description: 'Receives what the gateway does, as metrics and traces.',
    defaultText: 'no metrics and no traces',
  }),
  now: defaulted({
    restart: 'always',
    schema: anyFunction<() => number>(),
    description: 'The clock, in milliseconds since the epoch.',
    // Reads the global at every call, so that tests can replace it.
    default: () => Date.now(),
    defaultText: '`Date.now`',
  }),
};

/** The options that must not be in a config file, with the environment variables that set them. */
export const secretOptions = Object.entries<TableEntry>(optionTable)
  .filter(([, { secret }]) => secret)
  .map(([option, { variable }]) => ({ option, variable }));
