/** The accepted authorized parties of session tokens (claim `azp`): the origins of the pages that got them from Clerk. */
export interface AuthorizedPartyRules {
  /** The accepted values of `azp`; `undefined` accepts every token. */
  authorizedParties: readonly string[] | undefined;
  /** Whether tokens without `azp` are accepted, too. Clerk makes them for native apps and top-level navigations. */
  acceptMissingAzp: boolean;
}

/** The reason of a refused authorized party, in the word of Clerk's SDK. */
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

/** An origin, also of an app shell or an extension. */
const origin = /^[a-z][a-z\d+.-]{0,31}:\/\/[\w.:[\]-]{1,253}$/i;

/** Describes a refused authorized party for the log. The claim is quoted only where it is an origin. @param azp - of a verified token */
export function describeParty(azp: unknown): string {
  return `the token names ${nameOf(azp)} (azp)`;
}

function nameOf(azp: unknown): string {
  if (azp === undefined || azp === null || azp === '') return 'none';
  return typeof azp === 'string' && origin.test(azp) ? azp : 'a value that is not an origin';
}
