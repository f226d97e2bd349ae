import { Agent, request } from 'undici';

/** The result of one request. */
export interface TokenResult {
  /** `token`, the code of an error, an HTTP status, or `no answer`. */
  outcome: string;
  /** The expiry of the token, in milliseconds since the epoch. */
  expiresAt?: number;
  /** The server's `retryAfter`, in milliseconds. */
  retryAfter?: number;
  /** The time of the request, in milliseconds. */
  durationMs: number;
}

/** The timeout of the client, in milliseconds. */
const timeoutMs = 10_000;

/** Creates a client that requests tokens over a pool of connections. */
export function createClient(connections: number) {
  const dispatcher = new Agent({ connections, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
  return {
    close: () => dispatcher.destroy(),
    async requestToken(url: string, body: string, token: string): Promise<TokenResult> {
      const began = performance.now();
      try {
        const answer = await request(url, {
          dispatcher,
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body,
        });
        const text = await answer.body.text();
        return { ...read(answer.statusCode, text), durationMs: performance.now() - began };
      } catch {
        return { outcome: 'no answer', durationMs: performance.now() - began };
      }
    },
  };
}

function read(status: number, text: string): Omit<TokenResult, 'durationMs'> {
  const expires = /"expiresAt":"([^"]+)"/.exec(text)?.[1];
  if (expires !== undefined) return { outcome: 'token', expiresAt: Date.parse(expires) };
  const code = /"code":"([A-Z_]+)"/.exec(text)?.[1];
  const seconds = /"retryAfter":(\d+)/.exec(text)?.[1];
  return {
    outcome: code ?? (status === 200 ? 'an error' : `HTTP ${status}`),
    ...(seconds === undefined ? {} : { retryAfter: Number(seconds) * 1000 }),
  };
}
