import { GraphQLError } from 'graphql';
import { type History, isRefused, type RecordedRequest } from './history.ts';
import { mayMint } from './world.ts';

const known = new Set([
  ...['UNAUTHENTICATED', 'TEMPLATE_NOT_FOUND', 'FORBIDDEN', 'RATE_LIMITED', 'UPSTREAM_UNAVAILABLE'],
  'INTERNAL_SERVER_ERROR',
]);

/** Checks that a request without a token gets an error of the gateway, and that the error has a cause. */
export function createRulesOfRefusals(history: History) {
  const { calls } = history;

  function reasonFor(code: string, { caller, template }: RecordedRequest): boolean {
    const answers = calls.filter(({ answer }) => answer !== undefined);
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

  return (request: RecordedRequest, error: unknown): void => {
    const code = error instanceof GraphQLError ? String(error.extensions.code) : undefined;
    const details = { request, code, error: String(error) };
    if (code === undefined || !known.has(code)) history.break('every error is one of the gateway', details);
    else if (!reasonFor(code, request)) history.break('every error has a cause', details);
  };
}
