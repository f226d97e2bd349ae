import { apiKeysPage } from '../../errors.ts';

/** One line of the report of `mintgate check`. */
export interface Finding {
  verdict: 'ok' | 'note' | 'warn' | 'fail';
  text: string;
}

/** How long Clerk may take for each answer, in milliseconds. */
export const patience = 10_000;

/** What is said when Clerk refuses the secret key. */
export const keyRefused = `CLERK_SECRET_KEY: Clerk refuses it. Copy it again from ${apiKeysPage}.`;

export function report({ verdict, text }: Finding): void {
  process.stdout.write(`${verdict.padEnd(5)}${text}\n`);
}
