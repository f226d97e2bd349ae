import { unref } from './unref.ts';

/**
 * Bounds the wait for a call that cannot be aborted: the SDK's calls have no timeout and take no signal. The call
 * itself may go on behind; its outcome is then ignored.
 *
 * @param milliseconds - how long to wait
 * @param late - makes the error that is thrown when the time is over
 */
export async function withTimeout<T>(call: Promise<T>, milliseconds: number, late: () => Error): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), milliseconds);
    unref(timer);
  });
  try {
    return await Promise.race([call, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
