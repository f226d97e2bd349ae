/** The rules for the authorized party of a session token (claim `azp`): the origin of the page that got the token from Clerk. */
export interface AuthorizedPartyRules {
  /** The accepted values of `azp`; `undefined` accepts every token. */
  authorizedParties: readonly string[] | undefined;
  /** Whether tokens without `azp` are accepted, too. Clerk issues them for native apps and top-level navigations. */
  acceptMissingAzp: boolean;
}

/** The reason for a refused authorized party, as Clerk's SDK names it. */
export const partyRefusal = 'token-invalid-authorized-parties';

/**
 * Returns whether the authorized party of a verified token is accepted.
 *
 * @param azp - the claim; `undefined` where the token has none
 */
export function isAuthorizedParty(
  azp: unknown,
  { authorizedParties, acceptMissingAzp }: AuthorizedPartyRules,
): boolean {
  if (!authorizedParties?.length) return true;
  if (azp === undefined) return acceptMissingAzp;
  return typeof azp === 'string' && authorizedParties.includes(azp);
}

/** The form of an origin, including the origins of app shells and extensions. */
const origin = /^[a-z][a-z\d+.-]{0,31}:\/\/[\w.:[\]-]{1,253}$/i;

/** Describes a refused authorized party for the log. The claim is quoted only where it is an origin. @param azp - of a verified token */
export function describeParty(azp: unknown): string {
  return `the token names ${nameOf(azp)} (azp)`;
}

function nameOf(azp: unknown): string {
  if (azp === undefined || azp === null || azp === '') return 'none';
  return typeof azp === 'string' && origin.test(azp) ? azp : 'a value that is not an origin';
}
