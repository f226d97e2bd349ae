import { type GatewayToken, postTokenQuery, type RequestMode } from './post-token-query.ts';
import type { CurrentSession } from './session-reader.ts';
import { TokenError } from './token-error.ts';
import type { TokenSourceOptions } from './token-source-options.ts';

/**
 * Requests a token. When the gateway refuses the session token, reads a new one from Clerk's SDK and retries once: the old one may have
 * expired, or may name the previous organization.
 *
 * @param options - the options of the source
 * @param session - the session to request the token for
 * @param signal - aborts the request
 * @param renewSession - reads a new session token, bypassing the cache of Clerk's SDK
 * @throws TokenError with the gateway's code, or `NETWORK_ERROR` when there is no usable answer
 */
export async function requestToken(
  options: TokenSourceOptions,
  { bearer }: CurrentSession,
  mode: RequestMode,
  signal: AbortSignal,
  renewSession: () => Promise<CurrentSession>,
): Promise<GatewayToken> {
  try {
    return await postTokenQuery(options, bearer, mode, signal);
  } catch (error) {
    if (!bearer || !(error instanceof TokenError) || error.code !== 'UNAUTHENTICATED') throw error;
    const renewed = await renewSession().catch(() => undefined);
    if (signal.aborted || !renewed?.bearer || renewed.bearer === bearer) throw error;
    return postTokenQuery(options, renewed.bearer, mode, signal);
  }
}
