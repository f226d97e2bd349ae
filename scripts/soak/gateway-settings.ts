import type { GatewayOptions, TemplatePolicy } from '../../src/index.ts';
import { longestSessionToken, maxStaleAge, subgraphs, templates, tokenExchange } from './configuration.ts';
import type { Random } from './random.ts';
import { entriesAt, redisUrl, type Steps, secretText } from './secrets.ts';

/** What the gateways connect to. */
export interface Connection {
  readonly publishableKey: string;
  readonly apiUrl: string;
  /** The port of Redis on loopback; undefined without Redis. */
  readonly redisPort: number | undefined;
}

/** The settings that reloads change at random. No value of them makes an answer wrong that is right by the others. */
export interface PlainSettings {
  readonly deadline: number;
  readonly maxBodyBytes: number;
  readonly moreOrigins: readonly string[];
  readonly fastPath: boolean;
  /** Whether the template `hasura` has the policy `allow`, which returns `true`. */
  readonly allow: boolean;
  /** At most the age in configuration.ts, which the checks know. */
  readonly hasuraCacheAge: number;
  readonly maxStaleAge: number;
  readonly sessionMintLimit: number;
  readonly subscriptionLimit: number;
  /** Needs a restart. */
  readonly cacheSize: number;
}

/** The settings of a gateway, in a form that can be sent to its process. */
export interface GatewaySettings extends Connection {
  readonly plain: PlainSettings;
  readonly steps: Readonly<Steps>;
}

/** Small enough to be full within the first third of the run. */
const cacheSize = 300;

/** The settings at the start. */
export const initialSettings: PlainSettings = {
  deadline: 3_000,
  maxBodyBytes: 65_536,
  moreOrigins: [],
  fastPath: true,
  allow: false,
  hasuraCacheAge: templates.hasura.maxCacheAge,
  ...{ maxStaleAge, sessionMintLimit: 120, subscriptionLimit: 10_000, cacheSize },
};

/** Returns settings of which one to three differ from the present ones. */
export function changedSettings(before: PlainSettings, random: Random): PlainSettings {
  const changes: readonly (() => Partial<PlainSettings>)[] = [
    () => ({ deadline: random.between(2_500, 3_000) }),
    () => ({ maxBodyBytes: random.between(65_000, 69_000) }),
    () => ({ moreOrigins: random.pick([[], ['https://other.example.com'], ['http://localhost:5173']]) }),
    // Seldom off, and seldom with `allow`: the fast path must answer enough requests to be tested.
    () => ({ fastPath: random.chance(0.9) }),
    () => ({ allow: random.chance(0.15) }),
    // A longer age after a shorter one makes tokens returnable that were not before.
    () => ({ hasuraCacheAge: random.between(10, templates.hasura.maxCacheAge) }),
    () => ({ maxStaleAge: random.between(10, maxStaleAge) }),
    () => ({ sessionMintLimit: random.between(100, 120) }),
    () => ({ subscriptionLimit: random.between(5_000, 10_000) }),
    () => ({ cacheSize: random.pick([cacheSize, 2 * cacheSize]) }),
  ];
  const chosen = Array.from({ length: random.between(1, 3) }, () => random.pick(changes)());
  return Object.assign({}, before, ...chosen);
}

/** Returns the options of a gateway, made anew: functions and policies are other objects each time. */
export function optionsOf({ plain, steps, publishableKey, apiUrl, redisPort }: GatewaySettings) {
  const listOf = (name: Parameters<typeof secretText>[0]) =>
    entriesAt(name, steps[name]).map((entry) => secretText(name, entry));
  const policies: Record<string, TemplatePolicy> = structuredClone(templates);
  policies.hasura = {
    maxCacheAge: plain.hasuraCacheAge,
    ...(plain.allow ? { allow: () => true } : {}),
  };
  return {
    ...{ publishableKey, apiUrl },
    secretKey: listOf('secretKey'),
    cacheKey: listOf('cacheKey'),
    webhookSigningSecret: listOf('webhookSigningSecret'),
    routerSecret: listOf('routerSecret'),
    coprocessorSecret: listOf('coprocessorSecret'),
    ...(redisPort === undefined
      ? {}
      : { redisUrl: redisUrl(redisPort, entriesAt('redisUrl', steps.redisUrl)[0]) }),
    templates: policies,
    ...structuredClone({ tokenExchange, subgraphs }),
    maxSessionTokenLifetime: longestSessionToken,
    authorizedParties: 'any',
    corsOrigins: ['https://app.example.com', ...plain.moreOrigins],
    // Low enough to be reached sometimes.
    mintBudget: 1_500,
    mintBudgetShare: 0.5,
    deadline: plain.deadline,
    maxBodyBytes: plain.maxBodyBytes,
    fastPath: plain.fastPath,
    maxStaleAge: plain.maxStaleAge,
    sessionMintLimit: plain.sessionMintLimit,
    subscriptionLimit: plain.subscriptionLimit,
    cacheSize: plain.cacheSize,
  } satisfies GatewayOptions;
}

/** Options that would break many answers if they took effect. */
const harmful = {
  templates: { other: {} },
  tokenExchange: { other: 'other' },
  subgraphs: { other: { template: 'other' } },
  coprocessorSecret: 'harmful-coprocessor-secret-of-the-soak-test',
  corsOrigins: [],
  cacheKey: 'harmful-cache-key-of-the-soak-test--------',
  webhookSigningSecret: ['whsec', Buffer.from('a secret of a bad configuration').toString('base64')].join(
    '_',
  ),
  requireSession: true,
  fastPath: false,
} satisfies Partial<GatewayOptions>;

/** Configurations that a reload must refuse. Each is wrong in one place, and harmful in others. */
export const badConfigurations = {
  'a wrong number': (options: GatewayOptions) => ({ ...options, ...harmful, deadline: 1 }),
  'a wrong secret': (options: GatewayOptions) => ({ ...options, ...harmful, routerSecret: 'short' }),
  'a secret twice': (options: GatewayOptions) => ({
    ...options,
    ...harmful,
    secretKey: ['sk_test_x', 'sk_test_x'],
  }),
  'no template': (options: GatewayOptions) => ({
    ...options,
    ...harmful,
    ...{ templates: {}, tokenExchange: undefined, subgraphs: undefined, coprocessorSecret: undefined },
  }),
  'an unknown option': (options: GatewayOptions) => ({ ...options, ...harmful, tempaltes: {} }),
  'a file that cannot be read': () => () => Promise.reject(new Error('no such file')),
} satisfies Record<string, (options: GatewayOptions) => unknown>;

export type BadConfiguration = keyof typeof badConfigurations;
