import type { Reporter } from '../telemetry/reporter.ts';
import type { Authenticate } from './authenticate.ts';

/** Wraps an `authenticate` function, so that its outcomes are reported. */
export function reportAuthentication(
  authenticate: Authenticate,
  reporter: Pick<Reporter, 'authentication'>,
): Authenticate {
  return async (request, hostContext) => {
    try {
      const outcome = await authenticate(request, hostContext);
      reporter.authentication(outcome.kind);
      return outcome;
    } catch (error) {
      reporter.authentication('unavailable');
      throw error;
    }
  };
}
