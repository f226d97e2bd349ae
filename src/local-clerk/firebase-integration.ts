import type { ParsedData } from './data/data-schema.ts';
import { generateTemplateKey, readTemplateKey, type TemplateKey } from './tokens/template-key.ts';

/** The name under which tokens of Clerk's Firebase integration are asked for. */
export const firebaseTemplate = 'integration_firebase';

/** The longest life of a token that Firebase takes, in seconds. */
export const firebaseLifetime = 3_600;

/** Clerk's Firebase integration, as an instance holds it that has it switched on. */
export interface FirebaseIntegration {
  /** The e-mail address of the service account. */
  serviceAccount: string;
  /** The key of the service account. */
  key(): TemplateKey;
}

/** @param previous - what is being replaced: a key that was made for the same account goes on */
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
    // Only the first token needs it: making an RSA key takes a tenth of a second, and tests start many instances.
    key: () => {
      key ??= pem === undefined ? generateTemplateKey('RS256') : readTemplateKey('RS256', pem);
      return key;
    },
  };
}
