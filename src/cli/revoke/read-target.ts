import { ConfigurationError } from '../../config/configuration-error.ts';
import type { Revocation } from '../../revocation/revocations.ts';

/** The target of a revocation on the command line. */
type Target = Pick<Revocation, 'target' | 'id'>;

/**
 * Returns the session or the user that the command line names.
 *
 * @throws ConfigurationError unless it names one of the two by an id of Clerk's form; it does not quote the id, which may be a token
 */
export function readTarget({
  session,
  user,
}: {
  session: string | undefined;
  user: string | undefined;
}): Target {
  if ((session === undefined) === (user === undefined)) {
    throw new ConfigurationError(['mintgate revoke: expected --session <id> or --user <id>']);
  }
  if (session !== undefined && !/^sess_\w{1,100}$/.test(session)) {
    throw new ConfigurationError([
      '--session: expected the id of a session at Clerk, which begins with sess_',
    ]);
  }
  if (user !== undefined && !/^user_\w{1,100}$/.test(user)) {
    throw new ConfigurationError(['--user: expected the id of a user at Clerk, which begins with user_']);
  }
  return session === undefined ? { target: 'user', id: user ?? '' } : { target: 'session', id: session };
}
