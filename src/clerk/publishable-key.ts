/**
 * Returns the host of the Frontend API that a publishable key names. The key is `pk_test_` or `pk_live_`, followed by the host and a dollar
 * sign in base64.
 *
 * @returns `undefined` for a malformed key
 */
export function frontendApiHost(publishableKey: string): string | undefined {
  const encoded = /^pk_(?:test|live)_(\S+)$/.exec(publishableKey)?.[1];
  if (encoded === undefined) return undefined;
  try {
    return /^([\w.:-]+)\$$/.exec(atob(encoded))?.[1];
  } catch {
    return undefined;
  }
}
