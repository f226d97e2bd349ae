import type { Reporter } from '../telemetry/reporter.ts';
import type { Authenticate } from './authenticate.ts';

/** Wraps an `authenticate` function, so that its outcomes are reported and traced. */
export function reportAuthentication(
  authenticate: Authenticate,
  reporter: Pick<Reporter, 'authentication' | 'startSpan'>,
): Authenticate {
  return async (request, hostContext) => {
    const span = reporter.startSpan({ kind: 'authenticate' });
    const run = () => authenticate(request, hostContext);
    try {
      const outcome = await (span ? span.run(run) : run());
      reporter.authentication(outcome.kind);
      span?.end({ outcome: outcome.kind });
      return outcome;
    } catch (error) {
      reporter.authentication('unavailable');
      span?.end({ outcome: 'unavailable', errorType: 'unavailable' });
      throw error;
    }
  };
}
