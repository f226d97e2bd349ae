import type { firebaseClaims } from '../../jwt-templates/default-claims.ts';
import type { Instance } from '../instance.ts';
import { type FirebaseIntegration, maxFirebaseLifetime } from '../store/firebase-integration.ts';
import { signJwt } from './sign-jwt.ts';
import type { TokenSubject } from './token-subject.ts';

const audience = 'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit';

/**
 * Signs a Firebase custom token as Clerk's Firebase integration mints it: the service account is issuer and subject, the
 * user is `uid`. It follows the documentation: other claims and Clerk's JOSE header fields are unknown.
 * Source: https://clerk.com/docs/guides/development/integrations/databases/firebase and
 * https://firebase.google.com/docs/auth/admin/create-custom-tokens#create_custom_tokens_using_a_third-party_jwt_library
 *
 * @param lifetimeSeconds - reduced to one hour, the longest lifetime that Firebase accepts. @default 3600
 */
export function signFirebaseToken(
  { clock }: Instance,
  { user }: TokenSubject,
  { serviceAccount, key }: FirebaseIntegration,
  lifetimeSeconds: number = maxFirebaseLifetime,
): Promise<string> {
  const iat = clock.seconds();
  const claims = {
    aud: audience,
    exp: iat + Math.min(lifetimeSeconds, maxFirebaseLifetime),
    iat,
    iss: serviceAccount,
    sub: serviceAccount,
    uid: user.id,
  } satisfies Record<keyof typeof firebaseClaims, unknown>;
  const { algorithm, signingKey } = key();
  return signJwt(claims, { alg: algorithm }, signingKey);
}
