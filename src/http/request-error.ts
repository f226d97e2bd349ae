import { GraphQLError } from 'graphql';
import type { TransportErrorCode } from '../errors.ts';

/**
 * Returns the error of a request that is refused before GraphQL executes it.
 *
 * @param status - the HTTP status of the answer
 * @param message - what is wrong with the request and what to do
 * @param code - @default 'BAD_REQUEST'
 */
export function requestError(
  status: number,
  message: string,
  code: TransportErrorCode = 'BAD_REQUEST',
): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status } } });
}

/** Returns an error as a GraphQL answer would show it, for answers that Yoga does not write. */
export function toErrorBody({ message, extensions }: GraphQLError) {
  return { errors: [{ message, extensions: { code: extensions.code } }] };
}
