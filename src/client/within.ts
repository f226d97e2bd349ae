import { TokenError } from './token-error.ts';

/**
 * What a promise resolves to, if it does in time.
 *
 * @param ms - milliseconds
 * @throws TokenError `NETWORK_ERROR` after that time; else whatever the promise rejects with
 */
export function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new TokenError('NETWORK_ERROR', `No answer within ${ms} ms.`)), ms);
    work.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}
