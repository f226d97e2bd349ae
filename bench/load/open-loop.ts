import { setTimeout as pause } from 'node:timers/promises';
import { createClient, type TokenResult } from './client.ts';
import { anySession, readTokens } from './session-tokens.ts';

/** The options of an open loop: requests at a fixed rate, independent of their answers. */
interface OpenLoop {
  url: string;
  body: string;
  file: string;
  /** Requests per second. */
  rate: number;
  seconds: number;
  /** `any session`: at random; `in turn`: one session after the other. */
  choose: 'any session' | 'in turn';
  /** The time of the first request to this server, in milliseconds since the epoch. */
  began: number;
}

export interface OpenLoopResult {
  /** The number of requests by outcome. */
  outcomes: Record<string, number>;
  /** Errors for sessions whose last token was valid for at least another second. */
  needless: number;
  /** The times of requests that got a token, in milliseconds. */
  p50: number;
  p99: number;
}

/** The time between two groups of requests, in milliseconds. */
const tickMs = 5;

export async function openLoop(loop: OpenLoop): Promise<OpenLoopResult> {
  const { url, body, file, rate, seconds, began } = loop;
  const tokens = readTokens(file);
  const client = createClient(512);
  const any = anySession(tokens, () => Date.now() - began);
  let turn = 0;
  const next = () => {
    if (loop.choose === 'any session') return any();
    const session = turn % tokens.length;
    turn += 1;
    return { session, token: tokens[session]?.[0] ?? '' };
  };
  const outcomes: Record<string, number> = {};
  const times: number[] = [];
  const good = new Map<number, number>();
  let needless = 0;
  const take = (session: number, { outcome, expiresAt = 0, durationMs }: TokenResult) => {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (outcome === 'token') {
      times.push(durationMs);
      good.set(session, expiresAt);
    } else if ((good.get(session) ?? 0) > Date.now() + 1_000) needless += 1;
  };

  const inFlight = new Set<Promise<void>>();
  const start = performance.now();
  let sent = 0;
  while (performance.now() - start < seconds * 1000) {
    for (const due = ((performance.now() - start) * rate) / 1000; sent < due; sent += 1) {
      const { session, token } = next();
      const asked = client
        .requestToken(url, body, token)
        .then((answer) => take(session, answer))
        .finally(() => inFlight.delete(asked));
      inFlight.add(asked);
    }
    await pause(tickMs);
  }
  await Promise.all(inFlight);
  await client.close();
  return { outcomes, needless, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

/** @param share - 0 to 1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
