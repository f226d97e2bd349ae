import { TokenError } from './token-error.ts';

/**
 * Settles as a promise does, or rejects after a time.
 *
 * @param promise - the work to wait for; it is not cancelled
 * @param ms - the longest wait, in milliseconds
 * @throws TokenError `NETWORK_ERROR` after that time; else the reason of the promise
 */
export function withTimeout<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new TokenError('NETWORK_ERROR', `No answer within ${ms} ms.`)), ms);
    promise.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}
