/** A value, or a promise of it. Functions return no promise for what is at hand, so that their callers need not wait. */
export type MaybePromise<T> = T | Promise<T>;

/** Returns whether a value is a promise, also one of another realm. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
