/**
 * Returns the host of the Frontend API that a publishable key names, or `undefined` for a malformed key. The key is `pk_test_` or
 * `pk_live_`, and that host with a dollar sign, in base64.
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
