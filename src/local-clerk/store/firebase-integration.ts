import type { ParsedData } from '../data/parsed-data.ts';
import { generateTemplateKey, readTemplateKey, type TemplateKey } from '../tokens/template-key.ts';

/** The template name of Clerk's Firebase integration. */
export const firebaseTemplateName = 'integration_firebase';

/** The longest lifetime of a token that Firebase accepts, in seconds. */
export const maxFirebaseLifetime = 3_600;

/** Clerk's Firebase integration that is on. */
export interface FirebaseIntegration {
  /** The e-mail address of the service account. */
  serviceAccount: string;
  /** Returns the key of the service account. */
  key(): TemplateKey;
}

/**
 * Creates the Firebase integration of the data, or returns `null` when it is off.
 *
 * @param previous - the integration to replace; its generated key is reused for the same service account
 */
export function toFirebaseIntegration(
  data: ParsedData['firebase_integration'],
  previous: FirebaseIntegration | null | undefined,
): FirebaseIntegration | null {
  if (!data) return null;
  const { client_email: serviceAccount, private_key: pem } = data;
  if (pem === undefined && previous?.serviceAccount === serviceAccount) return previous;
  let key: TemplateKey | undefined;
  return {
    serviceAccount,
    // Generated for the first token: an RSA key takes about 100 ms, and tests start many instances.
    key: () => {
      key ??= pem === undefined ? generateTemplateKey('RS256') : readTemplateKey('RS256', pem);
      return key;
    },
  };
}
