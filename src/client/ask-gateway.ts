import { TokenError, type TokenErrorCode } from './token-error.ts';
import type { TokenSourceOptions } from './token-source-options.ts';

// The generated operation as the manifest of documents has it: a gateway that accepts only known ones knows it by its hash.
const query =
  'query SessionToken($fresh: Boolean! = false, $template: String!) { sessionToken(template: $template, fresh: $fresh) { expiresAt expiresIn jwt } }';

// In seconds: whoever says more is asked again all the same.
const longestDelay = 3600;

/** A token, and the seconds left of it by the gateway's clock. */
export interface Answered {
  jwt: string;
  expiresIn: number;
}

/**
 * Asks for one token, once.
 *
 * @param options - where and what is asked
 * @param bearer - the session token; undefined sends the cookies, as `options.credentials` says
 * @param fresh - whether the token must be minted for this
 * @param signal - ends it
 * @throws TokenError with the gateway's code, or `NETWORK_ERROR`
 */
export async function askGateway(
  { url, template, credentials, fetch: send = fetch }: TokenSourceOptions,
  bearer: string | undefined,
  fresh: boolean,
  signal: AbortSignal,
): Promise<Answered> {
  let response: Response;
  let text: string;
  try {
    response = await send(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(bearer && { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify({ query, variables: { template, fresh } }),
      signal,
      // Left out without cookies: Cloudflare's Workers throw when they see the field at all.
      ...(typeof credentials === 'string' && { credentials }),
    });
    text = await response.text();
  } catch (cause) {
    throw new TokenError('NETWORK_ERROR', 'The gateway could not be reached.', { cause });
  }
  return readAnswer(response, text);
}

function readAnswer({ status, headers }: Response, text: string): Answered {
  const { data, errors } = parse(text);
  const { jwt, expiresIn } = data?.sessionToken ?? {};
  if (typeof jwt === 'string' && expiresIn > 1) return { jwt, expiresIn };

  const { code, retryAfter } = errors?.[0]?.extensions ?? {};
  const delay = Number(retryAfter ?? headers.get('retry-after') ?? Number.NaN);
  const details = { retryAfter: delay >= 0 ? Math.min(delay, longestDelay) : undefined };
  if (typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code)) {
    throw new TokenError(code as TokenErrorCode, `The gateway answered ${code}.`, details);
  }
  throw new TokenError('NETWORK_ERROR', `HTTP ${status} without a usable token: check the URL.`, details);
}

// biome-ignore lint/suspicious/noExplicitAny: anything may stand at the URL; what is read of it is checked
function parse(text: string): any {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
