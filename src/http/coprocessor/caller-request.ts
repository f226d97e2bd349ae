import type { HeaderLists } from './subgraph-headers.ts';

/** The headers that authenticate a caller or prove the origin of its page, with the separator of several fields of one name. */
const callerHeaders: readonly (readonly [name: string, separator: string])[] = [
  ['authorization', ', '],
  ['cookie', '; '],
  ['origin', ', '],
  ['sec-fetch-site', ', '],
];

/**
 * Rebuilds the request of a caller from the headers that the router was about to send to a subgraph: from its credentials and its origin
 * alone.
 *
 * @param url - of the GraphQL endpoint. The URL of the coprocessor has a secret in it
 */
export function callerRequest(url: string, headers: HeaderLists): Request {
  const given = callerHeaders.flatMap(([name, separator]): [string, string][] => {
    const values = headers.get(name);
    return values?.length ? [[name, toAscii(values.join(separator))]] : [];
  });
  return new Request(url, { method: 'POST', headers: given });
}

// `Request` throws for some characters, which other cookies may contain. No credential that is accepted has them.
function toAscii(value: string): string {
  return value.replace(/[^\t\x20-\x7e]/g, '?');
}
