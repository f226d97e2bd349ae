/** The part of a response that is read, of any implementation of `fetch`. */
interface PossibleRedirect {
  readonly status: number;
  readonly type?: string;
  readonly body?: { cancel?(): Promise<unknown> } | null;
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

const problem =
  'The server answered with a redirect. It is not followed, because the request carries credentials or a token: configure the final address.';

/**
 * Sends a request that carries credentials or a token, and follows no redirect: it would take them elsewhere.
 *
 * @param send - calls `fetch` with the value of its option `redirect`: not `error`, which Workers do not have
 * @param createError - @default an `Error` with this message
 * @throws the created error for a redirect
 */
export async function fetchWithoutRedirect<T extends PossibleRedirect>(
  send: (redirect: 'manual') => T | Promise<T>,
  createError: (message: string) => Error = (message) => new Error(message),
): Promise<T> {
  const response = await send('manual');
  // A browser hides the status.
  if (!redirects.has(response.status) && response.type !== 'opaqueredirect') return response;
  await response.body?.cancel?.().catch(() => {});
  throw createError(problem);
}
