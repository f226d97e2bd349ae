/**
 * Schemes whose pages have no origin that could be allowed: the origin of some is `null`, others serve no pages. A scheme that
 * consists of the letters of `https` is a misspelt one.
 */
const schemesWithoutOrigin =
  /^(?:[htps]+|about|blob|content|data|file|filesystem|ftp|intent|javascript|mailto|null|resource|view-source|wss?)$/;

// Browsers write scheme and host in lower case; Safari writes the ids of its extensions in capitals.
const appOrigin = /^([a-z][a-z0-9+.-]*):\/\/[a-z0-9._-]+(?::\d{1,5})?$/;
const extensionOrigin = /^(?:chrome|moz|safari-web)-extension:\/\/[\w-]+$/;

/**
 * Returns whether a text is an origin exactly as a browser sends it: of a page (`https://app.example.com`), of an app shell
 * (`capacitor://localhost`, `tauri://localhost`, `app://-`) or of an extension. It has no wildcard, path, user or trailing slash.
 */
export function isOrigin(value: string): boolean {
  if (extensionOrigin.test(value)) return true;
  // For these schemes the URL parser returns the origin `null`.
  const scheme = appOrigin.exec(value)?.[1];
  if (scheme !== undefined && !schemesWithoutOrigin.test(scheme)) return true;
  try {
    const url = new URL(value);
    // The URL parser accepts a wildcard in a host name.
    return url.origin === value && /^https?:$/.test(url.protocol) && !value.includes('*');
  } catch {
    return false;
  }
}
