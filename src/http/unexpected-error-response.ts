import { errorCode, gatewayError } from '../errors.ts';
import { describeError } from '../logging/describe-error.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import { jsonResponse } from './json-response.ts';
import { recordOf } from './request-record.ts';

/**
 * Returns the answer to a request that has failed unexpectedly: 500 without a detail. Logs the error. An error that leaves a plugin would be
 * answered with its stack.
 */
export function unexpectedErrorResponse(
  log: Pick<GatewayLogger, 'error'>,
  request: Request,
  error: unknown,
): Response {
  const masked = gatewayError('INTERNAL_SERVER_ERROR');
  log.error(describeError(error), 'unexpected error');
  recordOf(request).codes = [errorCode(masked)];
  return jsonResponse(500, { error: masked.message });
}
