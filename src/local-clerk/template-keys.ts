import type { IntegrationTemplate, TemplateVerificationKey } from './local-clerk.ts';
import { firebaseTemplateName, maxFirebaseLifetime } from './store/firebase-integration.ts';
import { findTemplateByName } from './store/lookups.ts';
import type { Store } from './store/store.ts';

/** Lists the templates of Clerk's integrations that are on. */
export function listIntegrationTemplates({ firebase }: Store): IntegrationTemplate[] {
  return firebase ? [{ name: firebaseTemplateName, lifetime: maxFirebaseLifetime, algorithm: 'RS256' }] : [];
}

/**
 * Returns the key that verifies the tokens of a template with a custom key.
 *
 * @throws Error for an unknown template, and for a template without a custom key
 */
export function templateVerificationKey(store: Store, name: string): TemplateVerificationKey {
  const key = customKeyOf(store, name);
  if (key === undefined) throw new Error(`The local Clerk has no JWT template "${name}".`);
  if (key === null) {
    throw new Error(`The JWT template "${name}" signs with the key of the instance: use jwtKey.`);
  }
  const { algorithm, verificationKey } = key;
  return { algorithm, verificationKey };
}

function customKeyOf(store: Store, name: string) {
  const template = findTemplateByName(store, name);
  if (template) return template.key;
  return name === firebaseTemplateName ? store.firebase?.key() : undefined;
}
