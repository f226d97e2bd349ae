import autocannon from 'autocannon';
import type { TokenRequest } from './requests.ts';
import { anySession, readTokens } from './session-tokens.ts';

/** The options of a closed loop: each connection sends the next request when the last one is answered. */
export interface ClosedLoop {
  url: string;
  request: TokenRequest;
  /** Session tokens; see `writeTokens` of the local Clerk. */
  file: string;
  /** `one`: always the same; `any session`: see `anySession`; `each once`: each token for one request. */
  choose: 'one' | 'any session' | 'each once';
  /** For `each once`: the number of tokens to skip. */
  from: number;
  /** For `any session`: how long this server has been under load before, in milliseconds. */
  elapsed: number;
  /** For `any session`: decides about the order of the sessions. */
  seed: number;
  connections: number;
  /** The number of requests. */
  amount: number;
}

interface ClosedLoopResult {
  answered: number;
  /** The number of tokens taken: autocannon also builds requests that it does not send. */
  taken: number;
  /** Answers without a token, and missing answers. */
  failed: number;
  seconds: number;
  /** In milliseconds. */
  p50: number;
  p99: number;
}

/** Runs a closed loop. A request without a token in its answer counts as failed. */
export async function closedLoop(loop: ClosedLoop): Promise<ClosedLoopResult> {
  const { url, request, connections, amount } = loop;
  const next = tokensFor(loop);
  let taken = 0;
  const result = await autocannon({
    ...{ url, connections, amount, timeout: 20 },
    // The loop ends with one of these samples, in milliseconds.
    sampleInt: 20,
    requests: [
      {
        method: 'POST',
        body: request.body,
        setupRequest: (built) => {
          taken += 1;
          return { ...built, headers: { ...request.headers, authorization: `Bearer ${next()}` } };
        },
      },
    ],
    verifyBody: hasToken,
  } as autocannon.Options);
  const { requests, latency, errors, non2xx, mismatches } = result;
  return {
    answered: requests.total,
    taken,
    failed: errors + non2xx + mismatches,
    seconds: result.duration,
    p50: latency.p50,
    p99: latency.p99,
  };
}

/** Next.js compresses (RFC 1952, section 2.3.1): of such an answer only the status is checked. */
function hasToken(answer: unknown): boolean {
  const text = String(answer);
  return text.includes('"jwt":"ey') || text.startsWith('\x1f');
}

function tokensFor({ file, choose, from, elapsed, seed }: ClosedLoop): () => string {
  const tokens = readTokens(file);
  if (choose === 'one') return () => tokens[0]?.[0] ?? '';
  if (choose === 'any session') {
    const start = performance.now();
    const next = anySession(tokens, () => elapsed + performance.now() - start, seed);
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
