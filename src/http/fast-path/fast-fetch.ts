import type { WaitUntil } from '../../runtime/wait-until.ts';
import { monotonicNow } from '../../time/monotonic-now.ts';
import { keepBody } from '../body/kept-body.ts';
import { readBody } from '../body/read-body.ts';
import type { FastAnswer, FastPath } from '../fast-path.ts';
import { type PlainLimits, plainHeadOfFetch } from './plain-request.ts';

interface FastFetchOptions extends PlainLimits {
  fastPath: Pick<FastPath, 'answer'>;
}

/** Answers a `Request` by the fast path. @returns `undefined` for a request that Yoga must answer */
export async function fetchFast(
  options: FastFetchOptions,
  request: Request,
  waitUntil: WaitUntil | undefined,
): Promise<FastAnswer | undefined> {
  const head = plainHeadOfFetch(request, options);
  if (head === undefined) return undefined;
  const startedAt = monotonicNow();
  const read = new AbortController();
  try {
    const body = readBody(request, {}, options.maxBodyBytes);
    const text = await Promise.race([body, rejectOnAbort(request, read.signal)]);
    const header = (name: string) => request.headers.get(name) ?? undefined;
    const answer = options.fastPath.answer({ ...head, text, startedAt, waitUntil }, header);
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
