/** One entry of `errors` in an error body of Clerk's Backend API. */
export interface ClerkErrorEntry {
  readonly code: string;
  /** Empty where there is none. */
  readonly message: string;
}

/** Codes by which Clerk refuses the gateway's secret key, which is never the caller's fault. */
const keyRefusals: ReadonlySet<string> = new Set([
  'clerk_key_invalid',
  'authentication_invalid',
  'authorization_header_format_invalid',
]);

/**
 * The first error of a body, when its errors are in Clerk's form: a list that is not empty, each entry with a code.
 *
 * @param errors - `errors` of the body, whatever it is
 * @returns undefined for anything else, such as the errors of another GraphQL server
 */
export function firstClerkError(errors: unknown): ClerkErrorEntry | undefined {
  if (!Array.isArray(errors) || !errors.every(hasCode)) return undefined;
  const [first] = errors as { code: string; message?: unknown }[];
  if (first === undefined) return undefined;
  return { code: first.code, message: typeof first.message === 'string' ? first.message : '' };
}

/**
 * Whether a body's errors refuse the gateway's secret key. The code is enough: a refusal of the key signs nobody out, and Clerk is
 * asked again after 10 s.
 */
export function refusesSecretKey(errors: unknown): boolean {
  return keyRefusals.has(firstClerkError(errors)?.code ?? '');
}

/** Whether an answer of 401 refuses the secret key: with another body it comes from a proxy or gateway before Clerk. */
export async function answersThatKeyIsRefused(response: Response): Promise<boolean> {
  if (response.status !== 401) return false;
  const body: unknown = await response.json().catch(() => undefined);
  return refusesSecretKey((body as { errors?: unknown } | null | undefined)?.errors);
}

/** Cloudflare's `cf-ray`: 16 hexadecimal digits, and mostly the airport code of a data centre, such as `-FRA`. */
const cfRay = /^[0-9a-f]{16}$|^[0-9a-f]+-[A-Z]{3}$/;

/**
 * Whether the trace id of an error of Clerk's SDK stood in Clerk's own body. Where a body has none, the SDK takes the header `cf-ray`
 * instead. It shows neither body nor headers, and has no hook to see them, so the form has to tell the two apart: Clerk's ids are 32
 * hexadecimal digits. This is no defence against forgery: whoever can set that header can write the body, too.
 *
 * @param traceId - `clerkTraceId` of the error
 * @see https://developers.cloudflare.com/fundamentals/reference/http-headers/#cf-ray
 */
export function isTraceOfClerk(traceId: unknown): boolean {
  return typeof traceId === 'string' && traceId !== '' && !cfRay.test(traceId);
}

function hasCode(entry: unknown): boolean {
  const { code } = (entry ?? {}) as { code?: unknown };
  return typeof code === 'string' && code !== '';
}
