import { validateReverificationConfig } from '@clerk/shared/authorization';
import type { ReverificationConfig } from '@clerk/shared/types';
import { parse, validate } from 'graphql';
import { z } from 'zod';
import { defaultMaxLifetime } from './mint/policy.ts';
import { isTemplateName, templateNameForm } from './mint/template-name.ts';
import { portableSchema } from './schema/portable-schema.ts';

/** Claims that decide whose session it is and what it may do: without them, one caller's token could be another's. */
const decisiveClaims: ReadonlySet<string> = new Set([
  ...['sid', 'sub', 'act', 'azp', 'sts', 'v', 'o'],
  ...['org_id', 'org_role', 'org_slug', 'org_permissions', 'pla', 'fea'],
]);

/** The longest life of a JWT template, in seconds: Clerk's Backend API, `expires_in_seconds`. */
const longestLifetime = 315_360_000;

/** Text in a form; whatever it is instead, the same is expected. */
function key(form: RegExp, params: { error: string }) {
  return z.string(params).regex(form, params);
}

/** A whole number in a range; whatever it is instead, the same is expected. */
function wholeNumber(unit: string, least: number, most: number) {
  const params = { error: `expected a whole number of ${unit} from ${least} to ${most}` };
  return z
    .number(params)
    .refine((value) => Number.isInteger(value) && value >= least && value <= most, params);
}

function text(example: string) {
  const params = { error: `expected a text such as ${example}` };
  return z.string(params).min(1, params);
}

const trueOrFalse = z.boolean({ error: 'expected true or false' });

const originForm = {
  error: 'expected an exact origin such as https://app.example.com, without path, wildcard or trailing slash',
};
const origin = z.string(originForm).refine(isOrigin, originForm);

const reverificationForms =
  "expected 'strict_mfa', 'strict', 'moderate', 'lax', or { level, afterMinutes }, as in Clerk's has()";

const requirementForm = {
  error: 'expected at least one of role, permission, feature, plan, reverification, as an object',
};

const requirement = z
  .strictObject(
    {
      role: text('org:admin').optional(),
      permission: text('org:invoices:read').optional(),
      feature: text('user:exports').optional(),
      plan: text('user:pro').optional(),
      reverification: z
        .custom<ReverificationConfig>(isReverification, { error: reverificationForms })
        .optional(),
    },
    { error: objectError(requirementForm.error) },
  )
  .refine((value) => Object.values(value).some((entry) => entry !== undefined), requirementForm);

const claimForm = { error: 'expected the name of a claim, or the path to it as a list of names' };
const claimName = z.string(claimForm).min(1, claimForm);

const policy = z
  .strictObject(
    {
      requires: requirement.optional(),
      organizationClaim: z.union([claimName, z.array(claimName).min(1, claimForm)], claimForm).optional(),
      lifetime: wholeNumber('seconds', 30, longestLifetime).optional(),
      maxLifetime: wholeNumber('seconds', 1, longestLifetime).optional(),
      maxCacheAge: wholeNumber('seconds', 1, 86_400).optional(),
      cache: trueOrFalse.optional(),
      allowImpersonated: trueOrFalse.optional(),
    },
    { error: objectError('expected the policy of the template as an object, such as {}') },
  )
  .refine(({ requires, organizationClaim }) => !mayConcernOrganization(requires) || organizationClaim, {
    path: ['organizationClaim'],
    error:
      'expected the path of the claim that carries the organization id, because `requires` names a role or ' +
      'permission, or a plan or feature that an organization may have (write user:... for those of users): ' +
      'without it a token of another organization could be handed out right after a switch',
  })
  .refine(
    ({ lifetime, maxLifetime = defaultMaxLifetime }) => lifetime === undefined || lifetime <= maxLifetime,
    {
      path: ['lifetime'],
      error: ({ input }) => {
        const { maxLifetime = defaultMaxLifetime } = input as { maxLifetime?: number };
        return `expected at most maxLifetime, which is ${maxLifetime} s`;
      },
    },
  );

const templateNameError = { error: `expected a template name: ${templateNameForm}` };
const templateName = z.string(templateNameError).refine(isTemplateName, templateNameError);

const templatesForm = {
  error: "expected the JWT templates that may be minted, by their names, such as hasura, or '*' for all",
};

const partiesForm = {
  error: "expected the origins of your frontends, such as https://app.example.com, or 'any'",
};

const documentsForm = {
  error:
    'expected the persisted documents by their ids, such as sha256:..., as GraphQL Code Generator writes them into persisted-documents.json',
};
const document = z.string({ error: 'expected a GraphQL document' }).superRefine((text, { addIssue }) => {
  const mistake = mistakeIn(text);
  if (mistake !== undefined)
    addIssue({ code: 'custom', message: `expected a document that fits the graph: ${mistake}` });
});

const anyFunction = z.custom<never>((value) => typeof value === 'function', { error: 'expected a function' });

const publishableKeyForm = {
  error: 'expected the publishable key of a Clerk instance, as copied, beginning with pk_test_ or pk_live_',
};

const jwtKeyForm = { error: 'expected the PEM public key (RSA, 2048 bit) of the instance' };

const apiUrlForm = {
  error:
    'expected an https URL without /v1, user, query or fragment (http only for this machine: the secret key goes there)',
};

const ignorableClaimForm = {
  error: `expected the name of a claim other than ${[...decisiveClaims].join(', ')}, which decide whose token it is`,
};
const ignorableClaim = z
  .string(ignorableClaimForm)
  .refine((claim) => claim !== '' && !decisiveClaims.has(claim), ignorableClaimForm);

const shareForm = { error: 'expected a share of the budget: a number above 0, up to 1' };

const redisForm = {
  error:
    'expected a URL such as redis://user:password@host:6379/0, or rediss:// for TLS, with special characters percent-encoded (% as %25)',
};

const cacheKeyForm = { error: 'expected a secret text of at least 32 characters' };

const routerSecretForm = {
  error: 'expected a secret text of at least 32 visible ASCII characters, without spaces',
};

const endpointForm = {
  error: 'expected an absolute path such as /graphql, other than /health, /ready and /webhooks/clerk',
};

const shape = z.strictObject(
  {
    secretKey: key(/^sk_(test|live)_[\w-]+$/, {
      error: 'expected the secret key of a Clerk instance, as copied, beginning with sk_test_ or sk_live_',
    }),
    publishableKey: z
      .string(publishableKeyForm)
      .regex(/^pk_(test|live)_\S+$/, { ...publishableKeyForm, abort: true })
      .refine(isPublishableKey, publishableKeyForm),
    templates: z.union(
      [
        z.literal('*'),
        z.array(templateName).min(1, templatesForm),
        z.record(templateName, policy).refine(hasKeys, templatesForm),
      ],
      templatesForm,
    ),
    jwtKey: z.string(jwtKeyForm).refine(isVerificationKey, jwtKeyForm).optional(),
    apiUrl: z.string(apiUrlForm).refine(isApiUrl, apiUrlForm).optional(),
    authorizedParties: z
      .union([z.literal('any'), z.array(origin).min(1, partiesForm)], partiesForm)
      .optional(),
    mode: z
      .enum(['production', 'development'], { error: "expected 'production' or 'development'" })
      .optional(),
    corsOrigins: z
      .array(origin, { error: 'expected a list of exact origins such as https://app.example.com' })
      .optional(),
    requireSession: trueOrFalse.optional(),
    persistedDocuments: z
      .record(z.string().min(1, documentsForm), document, documentsForm)
      .refine(hasKeys, documentsForm)
      .optional(),
    authenticate: anyFunction.optional(),
    graphqlEndpoint: z.string(endpointForm).refine(isEndpoint, endpointForm).optional(),
    deadline: wholeNumber('milliseconds', 100, 60_000).optional(),
    maxSessionTokenLifetime: wholeNumber('seconds', 1, longestLifetime).optional(),
    maxBodyBytes: wholeNumber('bytes', 1, 25_000_000).optional(),
    cacheSize: wholeNumber('tokens', 1, 10_000_000).optional(),
    maxStaleAge: wholeNumber('seconds', 0, 86_400).optional(),
    fingerprintIgnore: z.array(ignorableClaim, { error: 'expected a list of claim names' }).optional(),
    mintBudget: wholeNumber('mints', 1, 1_000_000).optional(),
    mintBudgetShare: z.number(shareForm).gt(0, shareForm).lte(1, shareForm).optional(),
    sessionMintLimit: wholeNumber('mints', 1, 1_000_000).optional(),
    subscriptionLimit: wholeNumber('subscriptions', 0, 1_000_000).optional(),
    sessionSubscriptionLimit: wholeNumber('subscriptions', 0, 1_000_000).optional(),
    redisUrl: z.string(redisForm).refine(isRedisUrl, redisForm).optional(),
    cacheKey: z.string(cacheKeyForm).min(32, cacheKeyForm).optional(),
    webhookSigningSecret: key(/^whsec_[A-Za-z0-9+/]{16,}={0,2}$/, {
      error: 'expected the signing secret of a webhook endpoint, as copied, beginning with whsec_',
    }).optional(),
    routerSecret: key(/^[\x21-\x7e]{32,}$/, routerSecretForm).optional(),
    audit: anyFunction.optional(),
    logger: z
      .custom<never>(isLogger, { error: 'expected a logger with debug, info, warn and error, such as pino' })
      .optional(),
    now: anyFunction.optional(),
  },
  { error: objectError('expected an object with the options of createGateway') },
);

// Checked even where single options are wrong: what is missing should be named at once.
const always = { when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null };

/** The options of `createGateway`, each by itself and all together. */
export const optionsSchema = shape
  .refine(({ secretKey, publishableKey }) => !areOfTwoKinds(secretKey, publishableKey), {
    path: ['publishableKey'],
    error: 'expected the key of the same instance: one key is for test, the other for live',
  })
  .refine(
    (options) =>
      options?.mode === 'development' ||
      options?.authorizedParties !== undefined ||
      options?.authenticate !== undefined,
    {
      ...always,
      path: ['authorizedParties'],
      error: `${partiesForm.error}: in production it must be said whose session tokens are accepted`,
    },
  );

/** What is expected of an object, and in other words which of its keys there are. */
function objectError(expected: string) {
  return (issue: { code?: string }) => (issue.code === 'invalid_type' ? expected : undefined);
}

// A plan or feature without a scope is looked for among those of the organization, too.
function mayConcernOrganization(requires: z.output<typeof requirement> | undefined): boolean {
  const { role, permission, plan, feature } = requires ?? {};
  const entitlements = [plan, feature].filter((slug) => slug !== undefined);
  return Boolean(role || permission) || entitlements.some((slug) => !/^u(?:ser)?:/.test(slug));
}

// Of a key that is malformed enough is said already.
function areOfTwoKinds(...keys: string[]): boolean {
  const kinds = keys.map((key) => /^[sp]k_(test|live)_/.exec(key)?.[1]);
  return !kinds.includes(undefined) && new Set(kinds).size > 1;
}

/** What GraphQL says is wrong with a document: the first thing, when there is any. */
function mistakeIn(text: string): string | undefined {
  try {
    return validate(portableSchema(), parse(text), undefined, { maxErrors: 1 })[0]?.message;
  } catch (error) {
    return (error as Error).message;
  }
}

function hasKeys(record: object): boolean {
  return Object.keys(record).length > 0;
}

function isReverification(value: unknown): boolean {
  return validateReverificationConfig(value as ReverificationConfig) !== false;
}

// A publishable key is the host of the instance's Frontend API and a dollar sign, in base64.
function isPublishableKey(publishableKey: string): boolean {
  try {
    return /^[\w.:-]+\$$/.test(atob(publishableKey.replace(/^pk_(?:test|live)_/, '')));
  } catch {
    return false;
  }
}

function isApiUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, pathname, username, password, search, hash } = new URL(url);
  if (/\/v1\/*$/.test(pathname)) return false;
  const here = /^(?:localhost|\[::1\]|127(?:\.\d+){3})$/.test(hostname);
  return (
    (protocol === 'https:' || (protocol === 'http:' && here)) && username + password + search + hash === ''
  );
}

/** Paths where the gateway answers something else. */
const gatewayPaths = new Set(['/health', '/ready', '/webhooks/clerk']);

function isRedisUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, pathname, searchParams, username, password } = new URL(url);
  const hasDatabase = /^(?:\/\d{0,5})?$/.test(pathname) && /^\d{0,5}$/.test(searchParams.get('db') ?? '');
  return /^rediss?:$/.test(protocol) && hostname !== '' && hasDatabase && isEncoded(username + password);
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function isEndpoint(path: string): boolean {
  return /^(?:\/|(?:\/[A-Za-z0-9_-][\w.-]*)+)$/.test(path) && !gatewayPaths.has(path);
}

function isOrigin(value: string): boolean {
  // The URL parser knows no origin of these; browsers send it, and Clerk's SDK for extensions has it as `azp`.
  if (/^(?:chrome|moz)-extension:\/\/[\w-]+$/.test(value)) return true;
  try {
    const url = new URL(value);
    // The parser lets a wildcard stand in a host name.
    return url.origin === value && /^https?:$/.test(url.protocol) && !value.includes('*');
  } catch {
    return false;
  }
}

/** SubjectPublicKeyInfo (RFC 5280) of an RSA key of 2048 bit with the exponent 65537: everything around the modulus is fixed. */
const rsa2048 = /^MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA[g-z0-9+/][A-Za-z0-9+/]{341}IDAQAB$/;

// Clerk's SDK reads the modulus out of the PEM by cutting off the fixed bytes around it: any other key is misread.
function isVerificationKey(pem: string): boolean {
  const body = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/\s]+)-----END PUBLIC KEY-----\s*$/.exec(pem)?.[1];
  return rsa2048.test(body?.replace(/\s/g, '') ?? '');
}

function isLogger(value: unknown): boolean {
  const levels = ['debug', 'info', 'warn', 'error'];
  const logger = value as Record<string, unknown> | null | undefined;
  return levels.every((level) => typeof logger?.[level] === 'function');
}
