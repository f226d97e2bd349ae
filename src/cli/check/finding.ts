/** One line of the report of `mintgate check`. */
export interface Finding {
  /** `fail` makes the exit code 1. */
  verdict: 'ok' | 'note' | 'warn' | 'fail';
  /** Names the setting or the subject first, then the result, then what to do. */
  text: string;
}

/** Prints a finding on standard output: the verdict, padded to five columns, and the text. */
export function printFinding({ verdict, text }: Finding): void {
  process.stdout.write(`${verdict.padEnd(5)}${text}\n`);
}
