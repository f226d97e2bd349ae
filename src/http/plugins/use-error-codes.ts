import { type ExecutionResult, GraphQLError, Kind } from 'graphql';
import { isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga';
import { errorReason } from '../../errors.ts';
import { redactSecrets } from '../../logging/redact-secrets.ts';
import { SubscriptionResults } from '../subscription-results.ts';

type Mode = 'production' | 'development';

/**
 * Gives every error of an answer a code and a message without credentials. graphql-js and the document limits raise errors without a
 * code, and some quote the request.
 *
 * @param mode - in development, `extensions.reason` has the reason that is logged
 */
export function useErrorCodes(mode: Mode): Plugin {
  const completeErrors = (result: ExecutionResult): ExecutionResult =>
    result.errors?.length
      ? { ...result, errors: result.errors.map((error) => completeError(error, mode)) }
      : result;
  return {
    onResultProcess({ result, setResult }) {
      if (Array.isArray(result)) return;
      if (result instanceof SubscriptionResults) result.addStep(completeErrors);
      else if (isAsyncIterable(result)) setResult(mapAsyncIterator(result, completeErrors));
      else if ('errors' in result) setResult(completeErrors(result));
    },
  };
}

function completeError(error: GraphQLError, mode: Mode): GraphQLError {
  const { nodes, source, positions, path, originalError } = error;
  return new GraphQLError(redactSecrets(error.message), {
    ...(nodes ? { nodes } : {}),
    ...(source ? { source } : {}),
    ...(positions ? { positions } : {}),
    // An error of the whole result has an empty path.
    ...(path?.length ? { path } : {}),
    ...(originalError ? { originalError } : {}),
    extensions: { ...error.extensions, ...missingExtensions(error), ...publicReason(error, mode) },
  });
}

function publicReason(error: GraphQLError, mode: Mode): { reason?: string } {
  const reason = mode === 'development' ? errorReason(error) : undefined;
  return reason === undefined ? {} : { reason: redactSecrets(reason) };
}

/** Returns the extensions that an error lacks. A wrong value is bad input; other errors without a code precede the execution. */
function missingExtensions(error: GraphQLError): Record<string, unknown> {
  const { code, http } = error.extensions;
  if (isNullForTemplate(error)) return { code: 'BAD_USER_INPUT' };
  if (code !== undefined) return {};
  if (/^Variable "\$|^Too many errors processing variables/.test(error.message))
    return { code: 'BAD_USER_INPUT', http: { status: 400, spec: true } };
  if (error.path !== undefined) return { code: 'INTERNAL_SERVER_ERROR' };
  // Yoga gives syntax errors their code; the limit of tokens is the only one that applies while parsing.
  const isParseError = /token limit/i.test(error.message);
  return {
    code: isParseError ? 'GRAPHQL_PARSE_FAILED' : 'GRAPHQL_VALIDATION_FAILED',
    http: http ?? { status: 400, spec: true },
  };
}

// `sessionToken(template: null)` fails the validation; for the caller it is the same mistake as an empty name.
function isNullForTemplate({ nodes, message }: GraphQLError): boolean {
  return nodes?.[0]?.kind === Kind.NULL && message.includes('String!');
}
