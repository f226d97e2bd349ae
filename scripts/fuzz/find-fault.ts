import { beyondTokens } from '../../test/leaks/beyond-tokens.ts';
import { leaksIn } from '../../test/leaks/forbidden.ts';
import type { Attempt } from './attempts.ts';
import type { WireAnswer } from './wire.ts';

/** What is wrong with an answer; undefined when nothing is. */
export function faultOf({ complete }: Attempt, { status, head, body, hung }: WireAnswer): string | undefined {
  if (hung) return 'the connection hung';
  if (status === undefined) return complete ? 'there was no answer' : undefined;
  const isRight = (status >= 200 && status < 300) || (status >= 400 && status < 500) || status === 100;
  if (!isRight) return `the status was ${status}`;
  if (body.includes('INTERNAL_SERVER_ERROR')) return 'something unexpected was thrown';
  // Line by line: a stream of events, or several answers one behind the other, have JSON on lines of its own.
  const [leak] = leaksIn(`${head}\n${body.split('\n').map(beyondTokens).join('\n')}`);
  return leak && `${leak.what} came out after ${JSON.stringify(leak.place)}`;
}
