import type { WaitUntil } from '../../runtime/wait-until.ts';
import { monotonicNow } from '../../time/monotonic-now.ts';
import { keepBody } from '../body/kept-body.ts';
import { readBody } from '../body/read-body.ts';
import type { FastAnswer, FastPath } from '../fast-path.ts';
import { type PlainLimits, plainHeadOfFetch } from './plain-request.ts';

/** The fast path and the bounds of one set of settings. */
export interface FastPathSettings {
  /** Undefined where there is none. */
  readonly fastPath: Pick<FastPath, 'answer'> | undefined;
  readonly settings: PlainLimits;
}

/**
 * Answers a `Request` by the fast path.
 *
 * @param present - returns the present fast path: another one after a reload, which may happen while the body is read
 * @returns `undefined` for a request that Yoga must answer
 */
export async function fetchFast(
  present: () => FastPathSettings,
  request: Request,
  waitUntil: WaitUntil | undefined,
): Promise<FastAnswer | undefined> {
  const { fastPath, settings } = present();
  const head = fastPath && plainHeadOfFetch(request, settings);
  if (head === undefined) return undefined;
  const startedAt = monotonicNow();
  const read = new AbortController();
  try {
    const body = readBody(request, {}, settings.maxBodyBytes);
    const text = await Promise.race([body, rejectOnAbort(request, read.signal)]);
    const header = (name: string) => request.headers.get(name) ?? undefined;
    const answer = present().fastPath?.answer({ ...head, text, startedAt, waitUntil }, header);
    if (answer === undefined) keepBody(request, { text, startedAt });
    return answer;
  } catch (error) {
    keepBody(request, { error: error as Error, startedAt });
    return undefined;
  } finally {
    read.abort();
  }
}

/** Rejects when a request is aborted. @param ended - ends the watch */
function rejectOnAbort({ signal }: Request, ended: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    // Some hosts have no signal.
    (signal as AbortSignal | null)?.addEventListener('abort', () => reject(signal.reason), {
      once: true,
      signal: ended,
    });
  });
}

/** Returns an answer as a `Response` of a class. */
export function toResponse({ headers, body }: FastAnswer, ResponseClass: typeof Response): Response {
  // A copy: Yoga's Response writes the content-length into the object that it gets.
  return new ResponseClass(body, { status: 200, statusText: 'OK', headers: { ...headers } });
}
