// RFC 9110, section 5.6.2, in lower case, as HTTP/2 and the headers of a router have it.
const fieldName = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** Headers that frame or route a request, or that have another meaning: a token in one of them would break it. */
const takenNames: ReadonlySet<string> = new Set([
  ...['host', 'connection', 'keep-alive', 'proxy-connection', 'upgrade', 'te', 'trailer', 'via', 'forwarded'],
  ...['transfer-encoding', 'content-length', 'content-type', 'content-encoding', 'expect', 'http2-settings'],
  ...['accept', 'accept-encoding', 'cookie', 'set-cookie', 'origin', 'proxy-authorization'],
  // The secret of the router, and a name that plain objects cannot hold.
  ...['x-mintgate-router-secret', '__proto__'],
]);

/** Proxies and browsers alone may set these. */
const takenFamily = /^(?:sec|x-forwarded)-/;

/** Returns whether the token of a subgraph may be sent in a header of this name. */
export function isTokenHeaderName(name: string): boolean {
  return fieldName.test(name) && !takenNames.has(name) && !takenFamily.test(name);
}
