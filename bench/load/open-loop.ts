import { setTimeout as pause } from 'node:timers/promises';
import { type Asked, createClient } from './ask.ts';
import { anySession, readTokens } from './session-tokens.ts';

/** Requests that come as they come, whatever becomes of earlier ones. */
export interface OpenLoop {
  url: string;
  body: string;
  file: string;
  /** Requests per second. */
  rate: number;
  seconds: number;
  /** `any session` at random, or `in turn`, which gives every session a token as the first one left off. */
  choose: 'any session' | 'in turn';
  /** When the first request to this server was made, in milliseconds since the epoch. */
  began: number;
}

export interface OpenLoopResult {
  /** How often each outcome was. */
  outcomes: Record<string, number>;
  /** Errors for a session whose last token, had it been kept, would have been good for another second. */
  needless: number;
  /** Of requests that got a token; milliseconds. */
  p50: number;
  p99: number;
}

/** Milliseconds between two handfuls. */
const beat = 5;

export async function openLoop(loop: OpenLoop): Promise<OpenLoopResult> {
  const { url, body, file, rate, seconds, began } = loop;
  const tokens = readTokens(file);
  const client = createClient(512);
  const any = anySession(tokens, began);
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
  const take = (session: number, { outcome, expiresAt = 0, took }: Asked) => {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (outcome === 'token') {
      times.push(took);
      good.set(session, expiresAt);
    } else if ((good.get(session) ?? 0) > Date.now() + 1_000) needless += 1;
  };

  const underWay = new Set<Promise<void>>();
  const start = performance.now();
  let sent = 0;
  while (performance.now() - start < seconds * 1000) {
    for (const due = ((performance.now() - start) * rate) / 1000; sent < due; sent += 1) {
      const { session, token } = next();
      const asked = client
        .ask(url, body, token)
        .then((answer) => take(session, answer))
        .finally(() => underWay.delete(asked));
      underWay.add(asked);
    }
    await pause(beat);
  }
  await Promise.all(underWay);
  await client.close();
  return { outcomes, needless, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

/** @param share - 0 to 1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
