import { validateReverificationConfig } from '@clerk/shared/authorization';
import type { ReverificationConfig } from '@clerk/shared/types';
import { parse, validate } from 'graphql';
import { z } from 'zod';
import { schema } from '../graphql/schema.ts';
import { isOrigin } from '../http/origin.ts';
import { defaultMaxLifetime } from '../mint/policy.ts';
import { isTemplateName, templateNameForm } from '../mint/template-name.ts';
import { expectedInRange, expectedShare, isInRange, longestLifetime, type Range, ranges } from './formats.ts';
import { describeMistake } from './mistaken-value.ts';

/** Claims that decide whose session it is and what it may do: without them, one caller's token could be another's. */
const decisiveClaims: ReadonlySet<string> = new Set([
  ...['sid', 'sub', 'act', 'azp', 'sts', 'v', 'o'],
  ...['org_id', 'org_role', 'org_slug', 'org_permissions', 'pla', 'fea'],
]);

/** Text in a form; whatever it is instead, the same is expected. */
function key(form: RegExp, params: KeyParams) {
  return z.string(params).regex(form, params);
}

interface KeyParams {
  error: string | ((issue: { input?: unknown }) => string);
}

/** The form of a key that is easily taken for another: what stands there instead is said. @param own - see `describeMistake` */
function keyForm(own: string, expected: string) {
  return { error: ({ input }: { input?: unknown }) => describeMistake(input, { expected, own }) };
}

/** A whole number in a range; whatever it is instead, the same is expected. */
function wholeNumber(range: Range) {
  const params = { error: expectedInRange(range) };
  return z.number(params).refine((value) => isInRange(value, range), params);
}

function text(example: string) {
  const params = { error: `expected a text such as ${example}` };
  return z.string(params).min(1, params);
}

const trueOrFalse = z.boolean({ error: 'expected true or false' });

const originForm = {
  error:
    'expected an exact origin such as https://app.example.com or capacitor://localhost, without path, wildcard or trailing slash',
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

const anyFunction = z.custom<never>((value) => typeof value === 'function', { error: 'expected a function' });

const claimForm = { error: 'expected the name of a claim, or the path to it as a list of names' };
const claimName = z.string(claimForm).min(1, claimForm);
const claimPath = z.union([claimName, z.array(claimName).min(1, claimForm)], claimForm);

const policy = z
  .strictObject(
    {
      requires: requirement.optional(),
      allow: anyFunction.optional(),
      organizationClaim: claimPath.optional(),
      subjectClaim: claimPath.optional(),
      lifetime: wholeNumber({ unit: 'seconds', least: 30, most: longestLifetime }).optional(),
      maxLifetime: wholeNumber({ unit: 'seconds', least: 1, most: longestLifetime }).optional(),
      maxCacheAge: wholeNumber({ unit: 'seconds', least: 1, most: 86_400 }).optional(),
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

const secretKeyForm = keyForm(
  'a secret key',
  'expected the secret key of a Clerk instance, as copied, beginning with sk_test_ or sk_live_',
);

const publishableKeyForm = keyForm(
  'a publishable key',
  'expected the publishable key of a Clerk instance, as copied, beginning with pk_test_ or pk_live_',
);

const signingSecretForm = keyForm(
  'the signing secret of a webhook endpoint',
  'expected the signing secret of a webhook endpoint, as copied, beginning with whsec_',
);

const jwtKeyForm = keyForm('a PEM', 'expected the PEM public key (RSA, 2048 bit) of the instance');

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

const shareForm = { error: expectedShare };

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
    secretKey: key(/^sk_(test|live)_[\w-]+$/, secretKeyForm),
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
    acceptMissingAzp: trueOrFalse.optional(),
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
    deadline: wholeNumber(ranges.deadline).optional(),
    maxSessionTokenLifetime: wholeNumber(ranges.maxSessionTokenLifetime).optional(),
    maxBodyBytes: wholeNumber(ranges.maxBodyBytes).optional(),
    cacheSize: wholeNumber(ranges.cacheSize).optional(),
    maxStaleAge: wholeNumber(ranges.maxStaleAge).optional(),
    fingerprintIgnore: z.array(ignorableClaim, { error: 'expected a list of claim names' }).optional(),
    mintBudget: wholeNumber(ranges.mintBudget).optional(),
    mintBudgetShare: z.number(shareForm).gt(0, shareForm).lte(1, shareForm).optional(),
    userMintShare: z.number(shareForm).gt(0, shareForm).lte(1, shareForm).optional(),
    sessionMintLimit: wholeNumber(ranges.sessionMintLimit).optional(),
    subscriptionLimit: wholeNumber(ranges.subscriptionLimit).optional(),
    sessionSubscriptionLimit: wholeNumber(ranges.sessionSubscriptionLimit).optional(),
    redisUrl: z.string(redisForm).refine(isRedisUrl, redisForm).optional(),
    cacheKey: z.string(cacheKeyForm).min(32, cacheKeyForm).optional(),
    webhookSigningSecret: key(/^whsec_[A-Za-z0-9+/]{16,}={0,2}$/, signingSecretForm).optional(),
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

/** The names that are known where an object of the options stands, such as at `['templates', 'hasura']`. */
export function knownNames(path: readonly PropertyKey[]): string[] {
  if (path.length === 0) return Object.keys(shape.shape);
  if (path[0] !== 'templates') return [];
  if (path.length === 2) return Object.keys(policy.shape);
  return path.length === 3 && path[2] === 'requires' ? Object.keys(requirement.shape) : [];
}

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
    return validate(schema, parse(text), undefined, { maxErrors: 1 })[0]?.message;
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
