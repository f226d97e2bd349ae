import { type Answered, askGateway } from './ask-gateway.ts';
import type { SessionNow } from './session-reader.ts';
import { TokenError } from './token-error.ts';
import type { TokenSourceOptions } from './token-source-options.ts';

/**
 * Asks for one token; once more when the session token is refused and Clerk's SDK has a newer one. It was too old then, or Clerk's server is
 * ahead of it, as after a switch of organizations.
 *
 * @param options - where and what is asked
 * @param session - who asks
 * @param fresh - whether the token must be minted for this
 * @param signal - ends it
 * @param renew - gets a new session token
 */
export async function requestToken(
  options: TokenSourceOptions,
  { bearer }: SessionNow,
  fresh: boolean,
  signal: AbortSignal,
  renew: () => Promise<SessionNow>,
): Promise<Answered> {
  try {
    return await askGateway(options, bearer, fresh, signal);
  } catch (error) {
    if (!bearer || !(error instanceof TokenError) || error.code !== 'UNAUTHENTICATED') throw error;
    const renewed = await renew().catch(() => undefined);
    if (signal.aborted || !renewed?.bearer || renewed.bearer === bearer) throw error;
    return askGateway(options, renewed.bearer, fresh, signal);
  }
}
