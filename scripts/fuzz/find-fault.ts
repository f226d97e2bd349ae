import { beyondTokens } from '../../test/leaks/beyond-tokens.ts';
import { leaksIn } from '../../test/leaks/forbidden.ts';
import type { Attempt } from './attempts.ts';
import type { WireAnswer } from './wire.ts';

/** Describes the error in an answer, or returns undefined. */
export function findFault(
  { complete }: Attempt,
  { status, head, body, hung }: WireAnswer,
): string | undefined {
  if (hung) return 'the server neither answered nor closed the connection';
  if (status === undefined) return complete ? 'there was no answer' : undefined;
  const isRight = (status >= 200 && status < 300) || (status >= 400 && status < 500) || status === 100;
  if (!isRight) return `the status was ${status}`;
  if (body.includes('INTERNAL_SERVER_ERROR')) return 'the answer is INTERNAL_SERVER_ERROR';
  // Line by line: in an event stream, and in several answers on one connection, each JSON text has its own line.
  const [leak] = leaksIn(`${head}\n${body.split('\n').map(beyondTokens).join('\n')}`);
  return leak && `${leak.what} in the answer after ${JSON.stringify(leak.place)}`;
}
