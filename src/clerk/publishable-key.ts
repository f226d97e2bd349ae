/**
 * Returns the host of the Frontend API that a publishable key names: the key is that host and a dollar sign, in base64.
 *
 * @param publishableKey - a well-formed key
 */
export function frontendApiHost(publishableKey: string): string {
  return atob(publishableKey.replace(/^pk_(?:test|live)_/, '')).replace(/\$$/, '');
}
