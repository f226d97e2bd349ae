/** The longest delay of a timer in Node.js, in milliseconds. */
export const maxTimerDelay = 2 ** 31 - 1;

/**
 * Returns an integer within bounds.
 *
 * @param name - the name of the number in the error message, such as `the latency in milliseconds`
 * @throws Error for a fraction, `NaN`, or a number outside `min` to `max`
 */
export function requireInteger(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Error(
    `The local Clerk does not accept ${value} as ${name}: use a whole number from ${min} to ${max}.`,
  );
}
