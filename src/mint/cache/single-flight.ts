import { describeError } from '../../logging/describe-error.ts';
import type { SpanEnd } from '../../telemetry/tracing.ts';
import { unref } from '../../time/unref.ts';
import { internal, type MintFailure, unavailable } from '../mint-failure.ts';
import { failed } from '../mint-result.ts';
import type { AuthorizedRequest } from '../token-request.ts';
import { isOutdated, type SequencedResult, type SingleFlight, type TokenCache } from './token-cache.ts';

/** The age at which a flight without a result shows that Clerk is too slow, in milliseconds; 80 % of the deadline if that is less. */
const slowAfterMs = 1_000;
/** The age from which a flight gets no more followers, in milliseconds. */
const joinableForMs = 3_000;

/**
 * Returns the single flight that a request may join as a follower, or `undefined`.
 *
 * @param after - the flight must have started after this, as a sequence number of this process
 */
export function findFlight(
  cache: TokenCache,
  key: string,
  request: AuthorizedRequest,
  after: number,
): SingleFlight | undefined {
  const flight = cache.flights.get(key);
  if (flight === undefined || flight.sequence <= after) return undefined;
  if (request.mode === 'force' && !flight.isForced) return undefined;
  if (cache.monotonicNow() - flight.startedAt >= joinableForMs) return undefined;
  return isOutdated(cache, request, flight.sequence) ? undefined : flight;
}

/**
 * Starts a single flight with the request as its leader. Others may join it where the policy allows the token to be cached.
 *
 * @param mint - yields the result; receives the sequence number of the flight
 */
export function startFlight(
  cache: TokenCache,
  key: string,
  request: AuthorizedRequest,
  mint: (sequence: number) => Promise<SequencedResult>,
): SingleFlight {
  const sequence = cache.revocations.nextSequence();
  const startedAt = cache.monotonicNow();
  const { mode, policy } = request;
  const span = cache.reporter.startSpan({
    kind: 'mint',
    template: policy.label,
    background: mode === 'renew',
  });
  const run = () => mint(sequence);
  const result = withoutRejection(cache, span ? span.run(run) : run(), sequence);
  if (span) void result.then((outcome) => span.end(endOf(outcome)));
  const flight: SingleFlight = { sequence, startedAt, isForced: mode === 'force', span, result };
  if (!policy.cache) return flight;
  cache.flights.set(key, flight);
  void result.then(() => {
    if (cache.flights.get(key) === flight) cache.flights.delete(key);
  });
  return flight;
}

/** Returns how the span of a flight ends. */
function endOf({ result }: SequencedResult): SpanEnd {
  if (result.kind === 'failure') return { outcome: result.failure.kind, errorType: result.failure.kind };
  return { outcome: result.source === 'clerk' ? 'minted' : 'shared' };
}

/** Waits for the result of a flight. @param timeoutMs - milliseconds after which the result is a failure */
export function waitForFlight(
  cache: TokenCache,
  flight: SingleFlight,
  timeoutMs: number,
): Promise<SequencedResult> {
  return new Promise((resolve) => {
    const onTimeout = () => {
      const failure = timeoutFailure(cache, cache.monotonicNow() - flight.startedAt);
      resolve({ result: failed(failure), sequence: flight.sequence });
    };
    const timer = setTimeout(onTimeout, timeoutMs);
    unref(timer);
    void flight.result.then((result) => {
      clearTimeout(timer);
      resolve(result);
    });
  });
}

// Where the host's `allow` took most of the deadline, a young flight shows nothing about Clerk.
function timeoutFailure({ settings }: TokenCache, flightAgeMs: number): MintFailure {
  const kind = flightAgeMs < Math.min(slowAfterMs, 0.8 * settings().deadline) ? 'late' : 'deadline';
  return unavailable(kind, 'no token within the deadline');
}

// After an unexpected error, the waiting requests must still be answered.
async function withoutRejection(
  { log }: TokenCache,
  result: Promise<SequencedResult>,
  sequence: number,
): Promise<SequencedResult> {
  try {
    return await result;
  } catch (error) {
    log.error(describeError(error), 'minting failed unexpectedly');
    return { result: failed(internal()), sequence };
  }
}
