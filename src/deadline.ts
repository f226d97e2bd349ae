import { gatewayError } from './errors.ts';

/**
 * Bounds the wait for a call that cannot be aborted: the SDK's calls have no timeout and take no signal. The call
 * itself may go on behind; its outcome is then ignored.
 *
 * @param milliseconds - how long to wait
 * @throws `UPSTREAM_UNAVAILABLE` when the time is over
 */
export async function withDeadline<T>(call: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    const expire = () =>
      reject(gatewayError('UPSTREAM_UNAVAILABLE', { reason: 'no answer within the deadline' }));
    timer = setTimeout(expire, milliseconds);
    timer.unref();
  });
  try {
    return await Promise.race([call, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
