import { type ExecutionResult, GraphQLError, Kind } from 'graphql';
import { isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga';
import { errorReason } from '../../errors.ts';
import { redactSecrets } from '../../logging/redact-secrets.ts';

type Mode = 'production' | 'development';

/**
 * Gives every error that leaves the gateway a code and a message without credentials. graphql-js and the document
 * limits raise errors without a code, and some quote what the client sent.
 *
 * @param mode - in development, the reason that is in the log is in `extensions.reason`, too
 */
export function useErrorCodes(mode: Mode): Plugin {
  const withFinishedErrors = (result: ExecutionResult): ExecutionResult =>
    result.errors?.length
      ? { ...result, errors: result.errors.map((error) => finished(error, mode)) }
      : result;
  return {
    onResultProcess({ result, setResult }) {
      if (Array.isArray(result)) return;
      if (isAsyncIterable(result)) setResult(mapAsyncIterator(result, withFinishedErrors));
      else if ('errors' in result) setResult(withFinishedErrors(result));
    },
  };
}

function finished(error: GraphQLError, mode: Mode): GraphQLError {
  const { nodes, source, positions, path, originalError } = error;
  return new GraphQLError(redactSecrets(error.message), {
    ...(nodes ? { nodes } : {}),
    ...(source ? { source } : {}),
    ...(positions ? { positions } : {}),
    // An error of the whole result has an empty path.
    ...(path?.length ? { path } : {}),
    ...(originalError ? { originalError } : {}),
    extensions: { ...error.extensions, ...completion(error), ...told(error, mode) },
  });
}

function told(error: GraphQLError, mode: Mode): { reason?: string } {
  const reason = mode === 'development' ? errorReason(error) : undefined;
  return reason === undefined ? {} : { reason: redactSecrets(reason) };
}

/** What an error's extensions lack. A wrong value is bad input; the others were raised before execution. */
function completion(error: GraphQLError): Record<string, unknown> {
  const { code, http } = error.extensions;
  if (isNullForTemplate(error)) return { code: 'BAD_USER_INPUT' };
  if (code !== undefined) return {};
  if (/^Variable "\$|^Too many errors processing variables/.test(error.message))
    return { code: 'BAD_USER_INPUT', http: { status: 400, spec: true } };
  if (error.path !== undefined) return { code: 'INTERNAL_SERVER_ERROR' };
  const beforeExecution = http ?? { status: 400, spec: true };
  // Yoga gives real syntax errors their code; of the limits, only the one on tokens is reached while parsing.
  const parsing = /token limit/i.test(error.message);
  return { code: parsing ? 'GRAPHQL_PARSE_FAILED' : 'GRAPHQL_VALIDATION_FAILED', http: beforeExecution };
}

// `sessionToken(template: null)` fails validation; for the caller it is the same mistake as an empty name.
function isNullForTemplate({ nodes, message }: GraphQLError): boolean {
  return nodes?.[0]?.kind === Kind.NULL && message.includes('String!');
}
