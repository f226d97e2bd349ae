import { GraphQLError } from 'graphql';
import { type Asked, type History, isRefused } from './history.ts';
import { mayMint } from './world.ts';

const known = new Set([
  ...['UNAUTHENTICATED', 'TEMPLATE_NOT_FOUND', 'FORBIDDEN', 'RATE_LIMITED', 'UPSTREAM_UNAVAILABLE'],
  'INTERNAL_SERVER_ERROR',
]);

/** Checks that a request without a token gets an error of the gateway's, and that the error has a cause. */
export function createRulesOfRefusals(history: History) {
  const { called } = history;

  function reasonFor(code: string, { caller, template }: Asked): boolean {
    const answers = called.filter(({ answer }) => answer !== undefined);
    const saw = (kinds: string[], sessionId?: string) =>
      answers.some(
        (call) =>
          kinds.includes(call.answer?.meaning.kind ?? '') && (!sessionId || call.sessionId === sessionId),
      );
    if (code === 'FORBIDDEN') return !mayMint(caller, template);
    if (code === 'TEMPLATE_NOT_FOUND') return saw(['template-unknown']);
    if (code === 'INTERNAL_SERVER_ERROR') return saw(['key-refused', 'discarded']);
    if (code !== 'UNAUTHENTICATED') return true;
    return isRefused(history, caller) || saw(['session-ended', 'discarded'], caller.sessionId);
  }

  return (asked: Asked, error: unknown): void => {
    const code = error instanceof GraphQLError ? String(error.extensions.code) : undefined;
    const details = { asked, code, error: String(error) };
    if (code === undefined || !known.has(code)) history.break('only errors of the gateway come out', details);
    else if (!reasonFor(code, asked)) history.break('an error has its reason', details);
  };
}
