import autocannon from 'autocannon';
import { anySession, readTokens } from './session-tokens.ts';

/** As many requests as the server takes: each connection sends the next one when the last is answered. */
export interface ClosedLoop {
  url: string;
  body: string;
  /** Session tokens; see `writeTokens` of the local Clerk. */
  file: string;
  /** `one`: always the same; `any session`: see `anySession`; `each once`: one after the other, never again. */
  choose: 'one' | 'any session' | 'each once';
  /** For `each once`: how many are left out at the beginning. */
  from?: number;
  /** When the first request to this server was made, in milliseconds since the epoch. */
  began?: number;
  connections: number;
  /** How long, or how many. */
  seconds?: number;
  amount?: number;
}

export interface ClosedLoopResult {
  answered: number;
  /** Answers without a token, and none at all. */
  failed: number;
  seconds: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/** Asks. A request without a token in its answer counts as failed. */
export async function closedLoop(loop: ClosedLoop): Promise<ClosedLoopResult> {
  const { url, body, connections, seconds, amount } = loop;
  const next = tokensFor(loop);
  const result = await autocannon({
    ...{ url, connections, timeout: 20 },
    ...(amount === undefined ? { duration: seconds ?? 1 } : { amount }),
    requests: [
      {
        method: 'POST',
        body,
        setupRequest: (request) => ({
          ...request,
          headers: { 'content-type': 'application/json', authorization: `Bearer ${next()}` },
        }),
      },
    ],
    verifyBody: (answer: unknown) => String(answer).includes('"jwt":"ey'),
  } as autocannon.Options);
  const { requests, latency, errors, non2xx, mismatches } = result;
  return {
    answered: requests.total,
    failed: errors + non2xx + mismatches,
    seconds: result.duration,
    p50: latency.p50,
    p99: latency.p99,
  };
}

function tokensFor({ file, choose, from = 0, began = Date.now() }: ClosedLoop): () => string {
  const tokens = readTokens(file);
  if (choose === 'one') return () => tokens[0]?.[0] ?? '';
  if (choose === 'any session') {
    const next = anySession(tokens, began);
    return () => next().token;
  }
  let at = from;
  return () => {
    // All sessions in turn, then all again with their next one.
    const token = tokens[at % tokens.length]?.[Math.floor(at / tokens.length)];
    at += 1;
    if (token === undefined) throw new Error('there are not so many session tokens');
    return token;
  };
}
