import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from './client.ts';
import { quantile } from './open-loop.ts';
import { readTokens } from './session-tokens.ts';

/** The options of a burst: sessions that all arrive within one second. */
interface Burst {
  url: string;
  body: string;
  file: string;
}

interface BurstResult {
  sessions: number;
  /** Sessions that got a token at their first attempt. */
  atOnce: number;
  /** Sessions that got a `retryAfter` at their first attempt. */
  throttled: number;
  /** Sessions that failed at their first attempt without a `retryAfter`. */
  failed: number;
  /** Seconds until this share of the sessions, and all, had a token; null if they had none at the end. */
  p50: number | null;
  p99: number | null;
  all: number | null;
}

/** In seconds. */
const timeoutSeconds = 40;

/** Runs a burst. Each session retries after its `retryAfter`, or after a second. */
export async function burst({ url, body, file }: Burst): Promise<BurstResult> {
  const tokens = readTokens(file);
  const client = createClient(1_100);
  const start = performance.now();
  const passed = () => (performance.now() - start) / 1000;
  const first = { token: 0, throttled: 0, failed: 0 };
  const one = async (token: string, at: number) => {
    await pause((at / tokens.length) * 1000);
    for (let tries = 1; passed() < timeoutSeconds; tries += 1) {
      const { outcome, retryAfter } = await client.requestToken(url, body, token);
      if (tries === 1)
        first[outcome === 'token' ? 'token' : retryAfter === undefined ? 'failed' : 'throttled'] += 1;
      if (outcome === 'token') return passed();
      await pause(retryAfter ?? 1_000);
    }
    return Number.POSITIVE_INFINITY;
  };
  const times = await Promise.all(tokens.map((list, at) => one(list[0] ?? '', at)));
  await client.close();
  const seconds = (share: number) => {
    const time = quantile(times, share);
    return Number.isFinite(time) ? time : null;
  };
  return {
    sessions: tokens.length,
    ...{ atOnce: first.token, throttled: first.throttled, failed: first.failed },
    ...{ p50: seconds(0.5), p99: seconds(0.99), all: seconds(1) },
  };
}
