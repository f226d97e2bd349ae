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
  try {
    const text = await readBody(request, {}, options.maxBodyBytes);
    const answer = options.fastPath.answer({ ...head, text, startedAt, waitUntil });
    if (answer === undefined) keepBody(request, { text });
    return answer;
  } catch (error) {
    keepBody(request, { error: error as Error });
    return undefined;
  }
}

/** Returns an answer as a `Response` of a class. */
export function toResponse({ headers, body }: FastAnswer, ResponseClass: typeof Response): Response {
  const pairs = headers.flatMap((name, at): [string, string][] =>
    at % 2 === 0 ? [[name, headers[at + 1] ?? '']] : [],
  );
  return new ResponseClass(body, { status: 200, statusText: 'OK', headers: pairs });
}
