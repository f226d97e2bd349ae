/** One line of the report of `mintgate check`. */
export interface Finding {
  /** `fail` makes the exit code 1. */
  verdict: 'ok' | 'note' | 'warn' | 'fail';
  /** The setting or subject, the result, and what to do, in this order. */
  text: string;
}

/** Prints a finding on standard output: the verdict, padded to five columns, and the text. */
export function printFinding({ verdict, text }: Finding): void {
  process.stdout.write(`${verdict.padEnd(5)}${text}\n`);
}
