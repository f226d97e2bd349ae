/**
 * @param what The number's name, for the message.
 * @throws Error for anything but a whole number within the bounds.
 */
export function requireNumber(what: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`The local Clerk expected ${what} to be a whole number from ${least} to ${most}.`);
}

/** The longest that a timer of Node.js waits, in milliseconds. */
export const longestWait = 2 ** 31 - 1;
