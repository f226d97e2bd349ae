import { TokenError, type TokenErrorCode } from './token-error.ts';
import type { TokenSourceOptions } from './token-source-options.ts';

/** Whether the gateway may answer from its cache; `force` sends `fresh: true`. */
export type RequestMode = 'cached' | 'force';

// The exact text of the generated operation: a gateway may accept only documents whose hash is in its manifest.
const query =
  'query SessionToken($fresh: Boolean! = false, $template: String!) { sessionToken(template: $template, fresh: $fresh) { expiresAt expiresIn jwt } }';

// In seconds. A longer `retryAfter` is taken for a mistake.
const maxRetryAfter = 3600;

/** A token as the gateway returns it. */
export interface GatewayToken {
  jwt: string;
  /** Seconds until it expires, by the gateway's clock. */
  expiresIn: number;
}

/**
 * Sends the query for a token, once.
 *
 * @param options - the options of the source
 * @param bearer - the session token; undefined sends cookies, as set in `options.credentials`
 * @param signal - aborts the request
 * @throws TokenError with the gateway's code, or `NETWORK_ERROR` when there is no usable answer
 */
export async function postTokenQuery(
  { url, template, credentials, fetch: send = fetch }: TokenSourceOptions,
  bearer: string | undefined,
  mode: RequestMode,
  signal: AbortSignal,
): Promise<GatewayToken> {
  let response: Response;
  let text: string;
  try {
    response = await send(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(bearer && { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify({ query, variables: { template, fresh: mode === 'force' } }),
      signal,
      // Omitted without cookies, because Cloudflare Workers throw when the field is present.
      ...(typeof credentials === 'string' && { credentials }),
    });
    text = await response.text();
  } catch (cause) {
    throw new TokenError('NETWORK_ERROR', 'The gateway could not be reached.', { cause });
  }
  return readAnswer(response, text);
}

function readAnswer({ status, headers }: Response, text: string): GatewayToken {
  const { data, errors } = parseBody(text);
  const { jwt, expiresIn } = data?.sessionToken ?? {};
  if (typeof jwt === 'string' && expiresIn > 1) return { jwt, expiresIn };

  const { code, retryAfter } = errors?.[0]?.extensions ?? {};
  const seconds = Number(retryAfter ?? headers.get('retry-after') ?? Number.NaN);
  const details = { retryAfter: seconds >= 0 ? Math.min(seconds, maxRetryAfter) : undefined };
  if (typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code)) {
    throw new TokenError(code as TokenErrorCode, `The gateway answered ${code}.`, details);
  }
  throw new TokenError('NETWORK_ERROR', `HTTP ${status} without a usable token: check the URL.`, details);
}

// biome-ignore lint/suspicious/noExplicitAny: the URL may belong to any server; each field that is read is checked
function parseBody(text: string): any {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
