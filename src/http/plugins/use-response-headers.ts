import type { Plugin } from 'graphql-yoga';

/** The request headers that decide an answer. */
const decisive = ['Accept', 'Authorization', 'Cookie', 'Origin', 'Sec-Fetch-Site'];

/** Headers about the connection, which is not the gateway's. */
const connectionHeaders = ['connection', 'transfer-encoding'];

/**
 * Headers of every answer: nothing is stored by anyone (`Cache-Control: no-store`), nothing is guessed about its
 * type (`nosniff`), and what decided it is named (`Vary`). A page that says `private` itself keeps its `Cache-Control`.
 */
export function useResponseHeaders(): Plugin {
  return {
    onResponse({ response }) {
      const { headers } = response;
      // Yoga's event streams say `no-cache`, which lets them be stored.
      if (!headers.get('cache-control')?.startsWith('private')) headers.set('cache-control', 'no-store');
      headers.set('x-content-type-options', 'nosniff');
      // Else nginx would keep the events back until it has a buffer of them.
      if (headers.get('content-type')?.startsWith('text/event-stream'))
        headers.set('x-accel-buffering', 'no');
      // Yoga's streams say that they keep the connection, whatever the client or a shutdown says: that is the server's matter
      // (RFC 9110, section 7.6.1).
      for (const name of connectionHeaders) headers.delete(name);
      // Yoga's refusals of malformed bodies name methods that were not the matter, GET among them.
      if (response.status !== 405) headers.delete('allow');
      headers.set('vary', withDecisive(headers.get('vary') ?? ''));
    },
  };
}

const allDecisive = decisive.join(', ');

/** Adds to a list of header names those that are missing. */
function withDecisive(vary: string): string {
  if (vary === '') return allDecisive;
  const named = vary.split(',').map((name) => name.trim());
  const missing = decisive.filter(
    (name) => !named.some((known) => known.toLowerCase() === name.toLowerCase()),
  );
  return [...named.filter(Boolean), ...missing].join(', ');
}
