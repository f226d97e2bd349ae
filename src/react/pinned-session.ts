import { TokenError } from '../client/token-error.ts';
import type { SessionTokenGetter } from '../client/token-source-options.ts';
import type { SessionKnowledge } from './shared-token.ts';

/**
 * Returns credentials that read the present session as long as it is the session of one rendering. Without `identity`, and before the
 * session is known, they read any session.
 *
 * @param rendered - the credentials of the rendering
 * @param present - returns the credentials of the last rendering
 */
export function pinSession(
  rendered: SessionTokenGetter,
  present: () => SessionTokenGetter,
  session: SessionKnowledge,
): SessionTokenGetter {
  const getToken: SessionTokenGetter['getToken'] = (read) => present().getToken(read);
  if (!rendered.identity) return { getToken };
  const identity = () => present().identity?.();
  if (session === 'awaited') return { getToken, identity };

  const pinned = rendered.identity();
  function requirePinned(): void {
    if (identity() !== pinned) throw sessionChanged();
  }
  return {
    async getToken(read) {
      requirePinned();
      const token = await getToken(read);
      requirePinned();
      return token;
    },
    identity,
  };
}

/** Creates the error of a call whose rendering belongs to another session than the one that is signed in. */
export function sessionChanged(): TokenError {
  return new TokenError('SESSION_CHANGED', 'The session has changed: use getToken of the next rendering.');
}
