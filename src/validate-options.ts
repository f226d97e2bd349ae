import { validateReverificationConfig } from '@clerk/shared/authorization';
import type { ReverificationConfig } from '@clerk/shared/types';
import { z } from 'zod';
import { defaultMaxLifetime } from './mint/policy.ts';
import { templateNameForm, templateNamePattern } from './mint/template-name.ts';
import type { GatewayOptions } from './options.ts';

/** Text in a form; whatever it is instead, the same is expected. */
function key(form: RegExp, params: { error: string }) {
  return z.string(params).regex(form, params);
}

const positiveInteger = z.number().refine((value) => Number.isInteger(value) && value > 0, {
  error: 'expected a whole number above 0',
});

const origin = z.string().refine(isOrigin, {
  error: 'expected an exact origin such as https://app.example.com, without path, wildcard or trailing slash',
});

const reverificationForms =
  "expected 'strict_mfa', 'strict', 'moderate', 'lax', or { level, afterMinutes }, as in Clerk's has()";

const requirement = z
  .strictObject({
    role: z.string().min(1).optional(),
    permission: z.string().min(1).optional(),
    feature: z.string().min(1).optional(),
    plan: z.string().min(1).optional(),
    reverification: z
      .custom<ReverificationConfig>(isReverification, { error: reverificationForms })
      .optional(),
  })
  .refine((value) => Object.values(value).some((entry) => entry !== undefined), {
    error: 'expected at least one of role, permission, feature, plan, reverification',
  });

const policy = z
  .strictObject({
    requires: requirement.optional(),
    organizationClaim: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
    lifetime: z.number().int().min(30).max(315_360_000).optional(),
    maxLifetime: positiveInteger.optional(),
    allowImpersonated: z.boolean().optional(),
  })
  .refine(
    ({ requires, organizationClaim }) => !(requires?.role || requires?.permission) || organizationClaim,
    {
      path: ['organizationClaim'],
      error:
        'expected the path of the claim that carries the organization id, because `requires` names a role or ' +
        'permission: without it a token of another organization could be handed out right after a switch',
    },
  )
  .refine(
    ({ lifetime, maxLifetime = defaultMaxLifetime }) => lifetime === undefined || lifetime <= maxLifetime,
    {
      path: ['lifetime'],
      error: `expected at most maxLifetime (${defaultMaxLifetime} s unless set)`,
    },
  );

const templateName = z.string().regex(templateNamePattern, {
  error: `expected a template name: ${templateNameForm}`,
});

const anyFunction = z.custom<never>((value) => typeof value === 'function', { error: 'expected a function' });

const publishableKeyForm = {
  error: 'expected the publishable key of a Clerk instance, as copied, beginning with pk_test_ or pk_live_',
};

const shape = z.strictObject({
  secretKey: key(/^sk_(test|live)_\S+$/, {
    error: 'expected the secret key of a Clerk instance, beginning with sk_test_ or sk_live_',
  }),
  publishableKey: z
    .string(publishableKeyForm)
    .regex(/^pk_(test|live)_\S+$/, { ...publishableKeyForm, abort: true })
    .refine(isPublishableKey, publishableKeyForm),
  templates: z.union(
    [
      z.literal('*'),
      z.array(templateName).min(1, { error: describeTemplates }),
      z.record(templateName, policy).refine(hasKeys, { error: describeTemplates }),
    ],
    { error: describeTemplates },
  ),
  jwtKey: z
    .string()
    .refine(isVerificationKey, {
      error: 'expected the PEM public key (RSA, 2048 bit) of the instance',
    })
    .optional(),
  apiUrl: z
    .string()
    .refine(isApiUrl, {
      error:
        'expected an https URL without user, query or fragment (http only for this machine: the secret key goes there)',
    })
    .optional(),
  authorizedParties: z
    .union([z.literal('any'), z.array(origin).min(1, { error: describeParties })], { error: describeParties })
    .optional(),
  mode: z.enum(['production', 'development']).optional(),
  corsOrigins: z.array(origin).optional(),
  requireSession: z.boolean().optional(),
  authenticate: anyFunction.optional(),
  graphqlEndpoint: z
    .string()
    .refine(isEndpoint, {
      error: 'expected an absolute path such as /graphql, other than /health and /ready',
    })
    .optional(),
  deadline: z
    .number()
    .refine((value) => Number.isInteger(value) && value >= 100 && value <= 60_000, {
      error: 'expected a whole number of milliseconds from 100 to 60000',
    })
    .optional(),
  maxSessionTokenLifetime: positiveInteger.optional(),
  maxBodyBytes: positiveInteger.optional(),
  audit: anyFunction.optional(),
  logger: z
    .custom<never>(isLogger, { error: 'expected a logger with debug, info, warn and error, such as pino' })
    .optional(),
  now: anyFunction.optional(),
});

// Checked even where single options are wrong, so that everything is named at once.
const always = { when: () => true };

const consistent = shape
  .refine(({ secretKey, publishableKey }) => kindOf(secretKey) === kindOf(publishableKey), {
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
      error:
        "expected the origins of your frontends, such as https://app.example.com, or 'any': in production it must be " +
        'said whose session tokens are accepted',
    },
  );

function kindOf(key: string): string {
  return key.slice(3, 7);
}

/**
 * Checks options as `createGateway` does.
 *
 * @throws TypeError that names every wrong option and what was expected, and never quotes a value
 */
export function validateOptions(options: GatewayOptions): void {
  const result = consistent.safeParse(options);
  if (result.success) return;
  throw new TypeError(
    `createGateway: ${optionProblems(result.error)
      .map(({ path, message }) => `${path}: ${message}`)
      .join('; ')}`,
  );
}

/** One option that is wrong. */
export interface OptionProblem {
  /** The option, such as `templates.hasura.lifetime`. */
  path: string;
  /** What was expected. */
  message: string;
}

/** The problems with options that come from the environment or a file, which may lack what is required. */
export function findOptionProblems(options: unknown): OptionProblem[] {
  const result = consistent.safeParse(options);
  return result.success ? [] : optionProblems(result.error);
}

// Where alternatives failed, the one that fits the kind of the value has the most to say.
function optionProblems(error: z.ZodError): OptionProblem[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.join('.') || 'options';
    const inner = issue.code === 'invalid_union' ? closest(issue.errors) : undefined;
    if (inner === undefined) return [{ path, message: issue.message }];
    return inner.map((deep) => ({ path: [path, ...deep.path].join('.'), message: deep.message }));
  });
}

function closest(alternatives: readonly (readonly z.core.$ZodIssue[])[]) {
  return alternatives.find((issues) => issues.every((issue) => issue.path.length > 0));
}

function describeTemplates() {
  return "expected the templates that may be minted: { hasura: {} }, ['hasura'], or '*'";
}

function describeParties() {
  return "expected the origins of your frontends, such as ['https://app.example.com'], or 'any'";
}

function hasKeys(record: object): boolean {
  return Object.keys(record).length > 0;
}

function isReverification(value: unknown): boolean {
  return validateReverificationConfig(value as ReverificationConfig) !== false;
}

// A publishable key is the host of the instance's Frontend API and a dollar sign, in base64.
function isPublishableKey(key: string): boolean {
  try {
    return /^[\w.:-]+\$$/.test(atob(key.replace(/^pk_(?:test|live)_/, '')));
  } catch {
    return false;
  }
}

function isApiUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  const here = /^(?:localhost|\[::1\]|127(?:\.\d+){3})$/.test(hostname);
  return (
    (protocol === 'https:' || (protocol === 'http:' && here)) && username + password + search + hash === ''
  );
}

function isEndpoint(path: string): boolean {
  return /^(?:\/|(?:\/[A-Za-z0-9_-][\w.-]*)+)$/.test(path) && path !== '/health' && path !== '/ready';
}

function isOrigin(text: string): boolean {
  try {
    const url = new URL(text);
    // The parser lets a wildcard stand in a host name.
    return url.origin === text && /^https?:$/.test(url.protocol) && !text.includes('*');
  } catch {
    return false;
  }
}

// Clerk's SDK reads the modulus out of the PEM by cutting off the fixed bytes around it: any other key is misread.
function isVerificationKey(pem: string): boolean {
  const body = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/.exec(pem)?.[1];
  const der = body?.replace(/\s/g, '') ?? '';
  return der.startsWith('MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA') && der.endsWith('IDAQAB');
}

function isLogger(value: unknown): boolean {
  const levels = ['debug', 'info', 'warn', 'error'];
  const logger = value as Record<string, unknown> | null | undefined;
  return levels.every((level) => typeof logger?.[level] === 'function');
}
