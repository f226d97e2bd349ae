/** One entry of `errors` in an error body of Clerk's Backend API. */
export interface ClerkErrorEntry {
  readonly code: string;
  /** Empty where the entry has no message. */
  readonly message: string;
}

/** The error codes of Clerk for a refused secret key, which is never the caller's fault. */
const keyRefusals: ReadonlySet<string> = new Set([
  'clerk_key_invalid',
  'authentication_invalid',
  'authorization_header_format_invalid',
]);

/**
 * Returns the first error of a body whose errors have Clerk's form: a list that is not empty, each entry with a code.
 *
 * @param errors - `errors` of the body, unchecked
 * @returns undefined for any other form, such as the errors of another GraphQL server
 */
export function firstClerkError(errors: unknown): ClerkErrorEntry | undefined {
  if (!Array.isArray(errors) || !errors.every(hasCode)) return undefined;
  const [first] = errors as { code: string; message?: unknown }[];
  if (first === undefined) return undefined;
  return { code: first.code, message: typeof first.message === 'string' ? first.message : '' };
}

/**
 * Returns whether the errors of a body refuse the gateway's secret key. The code alone is sufficient: a false refusal ends no session, and
 * the gateway probes Clerk again after 10 s.
 */
export function refusesSecretKey(errors: unknown): boolean {
  return keyRefusals.has(firstClerkError(errors)?.code ?? '');
}

/** Returns whether a response refuses the secret key. A 401 with another body comes from a proxy in front of Clerk. */
export async function responseRefusesSecretKey(response: Response): Promise<boolean> {
  if (response.status !== 401) return false;
  const body: unknown = await response.json().catch(() => undefined);
  return refusesSecretKey((body as { errors?: unknown } | null | undefined)?.errors);
}

/** Cloudflare's `cf-ray`: 16 hexadecimal digits, usually with the airport code of a data centre, such as `-FRA`. */
const cfRay = /^[0-9a-f]{16}$|^[0-9a-f]+-[A-Z]{3}$/;

/**
 * Returns whether the trace id of an SDK error comes from Clerk's own body. For a body without one, the SDK uses the header `cf-ray`. The
 * SDK exposes neither body nor headers, so only the form distinguishes the two: Clerk's ids have 32 hexadecimal digits. This does
 * not prevent forgery: a proxy that sets that header can also write the body.
 *
 * @param traceId - `clerkTraceId` of the error
 * @see https://developers.cloudflare.com/fundamentals/reference/http-headers/#cf-ray
 */
export function isClerkTraceId(traceId: unknown): boolean {
  return typeof traceId === 'string' && traceId !== '' && !cfRay.test(traceId);
}

function hasCode(entry: unknown): boolean {
  const { code } = (entry ?? {}) as { code?: unknown };
  return typeof code === 'string' && code !== '';
}
