import { GraphQLError } from 'graphql';
import type { TransportErrorCode } from '../errors.ts';

/**
 * An error for a request that HTTP refuses before GraphQL sees it.
 *
 * @param status - the HTTP status of the answer
 * @param message - what was wrong and what to do
 * @param code - @default 'BAD_REQUEST'
 */
export function requestRefusal(
  status: number,
  message: string,
  code: TransportErrorCode = 'BAD_REQUEST',
): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status } } });
}
