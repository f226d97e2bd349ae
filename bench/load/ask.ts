import { Agent, request } from 'undici';

/** What came of one request. */
export interface Asked {
  /** `token`, the code of an error, an HTTP status, or `no answer`. */
  outcome: string;
  /** When the token expires, in milliseconds since the epoch. */
  expiresAt?: number;
  /** When to ask again, in milliseconds from now, as the server says. */
  retryAfter?: number;
  /** Milliseconds. */
  took: number;
}

/** How long a client waits, in milliseconds. */
const patience = 10_000;

/** Asks over connections that are kept. */
export function createClient(connections: number) {
  const dispatcher = new Agent({ connections, headersTimeout: patience, bodyTimeout: patience });
  return {
    close: () => dispatcher.destroy(),
    async ask(url: string, body: string, token: string): Promise<Asked> {
      const began = performance.now();
      try {
        const answer = await request(url, {
          dispatcher,
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body,
        });
        const text = await answer.body.text();
        return { ...read(answer.statusCode, text), took: performance.now() - began };
      } catch {
        return { outcome: 'no answer', took: performance.now() - began };
      }
    },
  };
}

function read(status: number, text: string): Omit<Asked, 'took'> {
  const expires = /"expiresAt":"([^"]+)"/.exec(text)?.[1];
  if (expires !== undefined) return { outcome: 'token', expiresAt: Date.parse(expires) };
  const code = /"code":"([A-Z_]+)"/.exec(text)?.[1];
  const seconds = /"retryAfter":(\d+)/.exec(text)?.[1];
  return {
    outcome: code ?? (status === 200 ? 'an error' : `HTTP ${status}`),
    ...(seconds === undefined ? {} : { retryAfter: Number(seconds) * 1000 }),
  };
}
