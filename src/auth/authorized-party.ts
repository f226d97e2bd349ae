/** Whose session tokens are accepted, by the claim `azp`: the origin of the page that got them from Clerk. */
export interface AuthorizedPartyRules {
  /** Accepted values of `azp`; undefined accepts any. */
  authorizedParties: readonly string[] | undefined;
  /** Whether a token without `azp` is accepted beside those. @default false */
  acceptMissingAzp?: boolean;
}

/** The option for Clerk's SDK, which refuses tokens without `azp`: where they are accepted, `isAuthorizedParty` decides alone. */
export function sdkPartyOption({ authorizedParties, acceptMissingAzp }: AuthorizedPartyRules): {
  authorizedParties?: string[];
} {
  return authorizedParties && !acceptMissingAzp ? { authorizedParties: [...authorizedParties] } : {};
}

/**
 * Whether the claim `azp` of a token is accepted.
 *
 * @param azp - undefined where the token has no such claim
 */
export function isAuthorizedParty(
  azp: unknown,
  { authorizedParties, acceptMissingAzp = false }: AuthorizedPartyRules,
): boolean {
  if (!authorizedParties?.length) return true;
  if (azp === undefined) return acceptMissingAzp;
  return typeof azp === 'string' && authorizedParties.includes(azp);
}

/** Why a token is refused, in the word of Clerk's SDK. */
export const partyRefusal = 'token-invalid-authorized-parties';
