import autocannon from 'autocannon';
import { anySession, readTokens } from './session-tokens.ts';

/** The options of a closed loop: each connection sends the next request when the last one is answered. */
export interface ClosedLoop {
  url: string;
  body: string;
  /** Session tokens; see `writeTokens` of the local Clerk. */
  file: string;
  /** `one`: always the same; `any session`: see `anySession`; `each once`: each token for one request. */
  choose: 'one' | 'any session' | 'each once';
  /** For `each once`: the number of tokens to skip. */
  from?: number;
  /** The time of the first request to this server, in milliseconds since the epoch. */
  began?: number;
  connections: number;
  /** The duration, or the number of requests. */
  seconds?: number;
  amount?: number;
}

interface ClosedLoopResult {
  answered: number;
  /** Answers without a token, and missing answers. */
  failed: number;
  seconds: number;
  /** In milliseconds. */
  p50: number;
  p99: number;
}

/** Runs a closed loop. A request without a token in its answer counts as failed. */
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
    // All sessions in turn, then all sessions with their next token.
    const token = tokens[at % tokens.length]?.[Math.floor(at / tokens.length)];
    at += 1;
    if (token === undefined) throw new Error('the file has too few session tokens');
    return token;
  };
}
