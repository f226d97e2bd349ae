import { describeError } from '../logging/describe-error.ts';
import type { GatewayLogger } from '../logging/logger.ts';

/** Returns the option `logging` of Yoga, which logs every error that Yoga masks. Yoga's lines about each step of a request are dropped. */
export function yogaLogging(log: Pick<GatewayLogger, 'error'>) {
  const logUnexpected = (...args: unknown[]) => {
    const error = args.find((arg) => arg instanceof Error);
    log.error(describeError(error), 'unexpected error');
  };
  const drop = () => {};
  return { debug: drop, info: drop, warn: logUnexpected, error: logUnexpected };
}
