import { CompactSign } from 'jose';
import { type FirebaseIntegration, firebaseLifetime } from '../firebase-integration.ts';
import type { Instance } from '../instance.ts';
import type { Subject } from './session-subject.ts';

const audience = 'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit';

/**
 * A Firebase custom token, as Clerk's Firebase integration mints it: the service account is issuer and subject, and the user is
 * `uid`. Written from documentation, not observed: neither claims beyond these nor Clerk's own JOSE fields are known.
 * Source: https://clerk.com/docs/guides/development/integrations/databases/firebase and
 * https://firebase.google.com/docs/auth/admin/create-custom-tokens#create_custom_tokens_using_a_third-party_jwt_library
 *
 * @param lifetimeSeconds Instead of an hour, which it never exceeds.
 */
export function signFirebaseToken(
  { clock }: Instance,
  { user }: Subject,
  { serviceAccount, key }: FirebaseIntegration,
  lifetimeSeconds: number = firebaseLifetime,
): Promise<string> {
  const iat = clock.seconds();
  const claims = {
    aud: audience,
    exp: iat + Math.min(lifetimeSeconds, firebaseLifetime),
    iat,
    iss: serviceAccount,
    sub: serviceAccount,
    uid: user.id,
  };
  const { algorithm, signingKey } = key();
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
    .sign(signingKey);
}
