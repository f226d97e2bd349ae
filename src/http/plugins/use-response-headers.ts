import type { Plugin } from 'graphql-yoga';

/** The request headers on which an answer depends. */
const decisiveHeaders = ['Accept', 'Authorization', 'Cookie', 'Origin', 'Sec-Fetch-Site'];
const allDecisive = decisiveHeaders.join(', ');

/** Headers about the connection, which the server controls. */
const connectionHeaders = ['connection', 'transfer-encoding'];

/**
 * Sets the headers of every answer: it must not be stored (`Cache-Control: no-store`), its type must not be guessed (`nosniff`), and
 * `Vary` names the request headers on which it depends. A page with `Cache-Control: private` keeps it.
 */
export function useResponseHeaders(): Plugin {
  return {
    onResponse({ response }) {
      const { headers } = response;
      // Yoga's event streams have `no-cache`, which allows storing.
      if (!headers.get('cache-control')?.startsWith('private')) headers.set('cache-control', 'no-store');
      headers.set('x-content-type-options', 'nosniff');
      // nginx would buffer the events.
      if (headers.get('content-type')?.startsWith('text/event-stream'))
        headers.set('x-accel-buffering', 'no');
      // Yoga's streams have `connection: keep-alive`, even if the client or a shutdown closes the connection. The server decides
      // that (RFC 9110, section 7.6.1).
      for (const name of connectionHeaders) headers.delete(name);
      // Yoga's errors for malformed bodies allow methods that this gateway refuses, such as GET.
      if (response.status !== 405) headers.delete('allow');
      headers.set('vary', withDecisive(headers.get('vary') ?? ''));
    },
  };
}

/** Returns a list of header names with the decisive ones added. */
function withDecisive(vary: string): string {
  if (vary === '') return allDecisive;
  const named = vary.split(',').map((name) => name.trim());
  const missing = decisiveHeaders.filter(
    (name) => !named.some((known) => known.toLowerCase() === name.toLowerCase()),
  );
  return [...named.filter(Boolean), ...missing].join(', ');
}
