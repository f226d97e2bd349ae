import { z } from 'zod';
import { endpoints } from '../http/endpoints.ts';
import { isOrigin } from '../http/origin.ts';
import { isLoopback } from '../runtime/loopback.ts';

/** The format of a value: a schema for the value, and a reader for its text in the environment. */
export interface Format<Value, Input = unknown> {
  readonly schema: z.ZodType<Value, Input>;
  readonly fromText: z.ZodType<unknown, string>;
}

/** The range of a whole number. */
interface Range {
  /** The unit, such as `milliseconds`. */
  unit: string;
  least: number;
  most: number;
}

/** Returns the format of a whole number in a range. */
export function wholeNumber(
  { unit, least, most }: Range,
  error = `expected a whole number of ${unit} from ${least} to ${most}`,
): Format<number> {
  const isInRange = (value: number) => Number.isInteger(value) && value >= least && value <= most;
  return {
    schema: z.number({ error }).refine(isInRange, { error }),
    fromText: z
      .string()
      .refine((text) => /^\d{1,12}$/.test(text) && isInRange(Number(text)), { error })
      .transform(Number),
  };
}

const shareError = 'expected a share of the budget: a number above 0, up to 1';

/** The format of a share of the mint budget. */
export const share: Format<number> = {
  schema: z.number({ error: shareError }).gt(0, { error: shareError }).lte(1, { error: shareError }),
  fromText: z
    .string()
    .regex(/^(?:\d{1,6}(?:\.\d{1,6})?|\.\d{1,6})$/, { error: `${shareError}, such as 0.25` })
    .transform(Number),
};

const booleanError = 'expected true or false';

/** `true` or `false`; as text also `1` or `0`. */
export const trueOrFalse: Format<boolean> = {
  schema: z.boolean({ error: booleanError }),
  fromText: z
    .enum(['true', 'false', '1', '0'], { error: booleanError })
    .transform((text) => text === 'true' || text === '1'),
};

/** Returns the format of one of these words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(
  words: Words,
  error: string,
): Format<Words[number]> {
  const schema = z.enum(words, { error });
  return { schema, fromText: schema };
}

/** Any text. */
export const anyText: Format<string> = { schema: z.string(), fromText: z.string() };

/** Returns the format of a text in some form; every other value gets the same error. */
export function text(error: string, isValid: (value: string) => boolean): Format<string> {
  return { schema: z.string({ error }).refine(isValid, { error }), fromText: z.string() };
}

/** Entries separated by commas. */
const listFromText = z.string().transform((line) =>
  line
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean),
);

/** Returns a reader of text: `word` stays as it is, every other text is a list. */
export function listOr(word: string): z.ZodType<unknown, string> {
  return z.string().transform((line) => (line.trim() === word ? word : listFromText.parse(line)));
}

const protoError = 'expected another name: an object cannot hold this one as an ordinary property';

/**
 * Returns a schema for values by their names. The name `__proto__` is refused: zod would leave it out without an error.
 *
 * @param params - the error for a value that is not an object
 */
export function byName<Value>(
  name: z.ZodType<string, string>,
  value: z.ZodType<Value>,
  params?: { error: string },
): z.ZodType<Record<string, Value>> {
  return z
    .unknown()
    .superRefine(refuseProto)
    .pipe(z.record(name, value, params));
}

function refuseProto(value: unknown, context: z.RefinementCtx): void {
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, '__proto__'))
    context.addIssue({ code: 'custom', path: ['__proto__'], message: protoError });
}

/** Returns the format of a list of texts. @param error - the error for a value that is not a list */
export function list(error: string, entry: z.ZodType<string>): Format<readonly string[]> {
  return { schema: z.array(entry, { error }).readonly(), fromText: listFromText };
}

const originError =
  'expected an exact origin such as https://app.example.com or capacitor://localhost, without path, wildcard or trailing slash';

/** An origin exactly as browsers send it. */
export const origin = text(originError, isOrigin).schema;

const partiesError = "expected the origins of your frontends, such as https://app.example.com, or 'any'";

/** The error about `authorizedParties` where production lacks it. */
export const missingPartiesError = `${partiesError}: production requires this list of frontends whose session tokens are accepted`;

/** The accepted values of the claim `azp`. */
export const authorizedParties: Format<'any' | readonly string[]> = {
  schema: z.union([z.literal('any'), z.array(origin).min(1, { error: partiesError }).readonly()], {
    error: partiesError,
  }),
  fromText: listOr('any'),
};

/** The Backend API of Clerk, to which the secret key is sent. */
export const apiUrl = text(
  'expected an https URL without /v1, user, query or fragment (http is allowed for loopback only: requests carry the secret key)',
  isApiUrl,
);

function isApiUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, pathname, username, password, search, hash } = new URL(url);
  if (/\/v1\/*$/.test(pathname)) return false;
  return (
    (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) &&
    username + password + search + hash === ''
  );
}

/** The URL of a Redis database. */
export const redisUrl = text(
  'expected a URL such as redis://user:password@host:6379/0, or rediss:// for TLS, with special characters percent-encoded (% as %25)',
  isRedisUrl,
);

function isRedisUrl(url: string): boolean {
  // The parser of URLs ignores line feeds and tabs.
  if (/\s/.test(url) || !URL.canParse(url)) return false;
  const { protocol, hostname, pathname, searchParams, username, password } = new URL(url);
  const hasDatabase = /^(?:\/\d{0,5})?$/.test(pathname) && /^\d{0,5}$/.test(searchParams.get('db') ?? '');
  return /^rediss?:$/.test(protocol) && hostname !== '' && hasDatabase && isEncoded(username + password);
}

function isEncoded(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

const takenPaths: ReadonlySet<string> = new Set(Object.values(endpoints));

/** The path of the GraphQL endpoint. */
export const graphqlEndpoint = text(
  `expected an absolute path such as /graphql, other than ${endpoints.health}, ${endpoints.readiness} and ${endpoints.webhooks}`,
  (path) => /^(?:\/|(?:\/[A-Za-z0-9_-][\w.-]*)+)$/.test(path) && !takenPaths.has(path),
);

/** Returns a schema for a function, whose parameters and result cannot be checked. */
export function anyFunction<F>(): z.ZodType<F> {
  return z.custom<F>((value) => typeof value === 'function', { error: 'expected a function' });
}

/** Claims that decide whose session it is and what it may do: without them, one caller could get the token of another. */
const decisiveClaims: ReadonlySet<string> = new Set([
  ...['sid', 'sub', 'act', 'azp', 'sts', 'v', 'o'],
  ...['org_id', 'org_role', 'org_slug', 'org_permissions', 'pla', 'fea'],
]);

/** A claim of the session token whose changes may be ignored. */
export const ignorableClaim = text(
  `expected the name of a claim other than ${[...decisiveClaims].join(', ')}, which decide whose token it is`,
  (claim) => claim !== '' && !decisiveClaims.has(claim),
).schema;
