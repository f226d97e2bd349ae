import { unref } from './unref.ts';

/**
 * Limits the wait for a promise whose work cannot be aborted, such as a call of Clerk's SDK, which has no timeout and takes no signal. The
 * work may continue in the background; its outcome is then ignored.
 *
 * @param milliseconds - how long to wait
 * @param makeError - makes the error to reject with at the timeout
 * @returns the outcome of the promise
 */
export async function withTimeout<T>(
  promise: Promise<T>,
  milliseconds: number,
  makeError: () => Error,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(makeError()), milliseconds);
    unref(timer);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
