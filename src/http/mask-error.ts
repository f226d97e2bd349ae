import { GraphQLError } from 'graphql';
import { gatewayError } from '../errors.ts';

/**
 * Returns the error that a caller sees. Errors of GraphQL and of the gateway stay as they are; any other becomes
 * `INTERNAL_SERVER_ERROR` without a detail.
 */
export function maskError(error: unknown): GraphQLError {
  if (isPublic(error)) return error;
  const located = error instanceof GraphQLError ? error : undefined;
  const { message, extensions } = gatewayError('INTERNAL_SERVER_ERROR');
  return new GraphQLError(message, {
    extensions: { ...extensions, ...(located?.path ? {} : { http: { status: 500 } }) },
    ...(located?.nodes ? { nodes: located.nodes } : {}),
    ...(located?.path ? { path: located.path } : {}),
  });
}

// graphql-js wraps the error of a resolver: an error is public when every error in the chain is a GraphQLError.
function isPublic(error: unknown): error is GraphQLError {
  if (!(error instanceof GraphQLError)) return false;
  return error.originalError === undefined || isPublic(error.originalError);
}
