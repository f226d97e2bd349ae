import { GraphQLError } from 'graphql';
import { gatewayError } from '../errors.ts';

/**
 * Decides what a caller sees of an error. GraphQL's own errors and the gateway's pass; whatever else was thrown
 * becomes `INTERNAL_SERVER_ERROR` without a word about it.
 */
export function maskError(error: unknown): Error {
  if (isPublic(error)) return error;
  const place = error instanceof GraphQLError ? error : undefined;
  const { message, extensions } = gatewayError('INTERNAL_SERVER_ERROR');
  return new GraphQLError(message, {
    extensions: { ...extensions, ...(place?.path ? {} : { http: { status: 500 } }) },
    ...(place?.nodes ? { nodes: place.nodes } : {}),
    ...(place?.path ? { path: place.path } : {}),
  });
}

// graphql-js wraps what a resolver throws: an error is public when nothing foreign is at its root.
function isPublic(error: unknown): error is GraphQLError {
  if (!(error instanceof GraphQLError)) return false;
  return error.originalError === undefined || isPublic(error.originalError);
}
