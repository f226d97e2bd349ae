import { GraphQLError } from 'graphql';
import type { TransportErrorCode } from '../errors.ts';

/**
 * An error for a request that HTTP refuses before GraphQL sees it.
 *
 * @param status - the HTTP status of the answer
 * @param message - what was wrong and what to do
 */
export function requestRefusal(status: number, message: string): GraphQLError {
  const code: TransportErrorCode = 'BAD_REQUEST';
  return new GraphQLError(message, { extensions: { code, http: { status } } });
}
