import type { ExecutionResult } from 'graphql';
import type { Plugin, YogaLogger } from 'graphql-yoga';
import { createCoalescedTimers } from '../../time/coalesced-timers.ts';
import { nodeRequestOf } from '../body/host-body.ts';
import { maskError } from '../mask-error.ts';
import { respondWithEvents } from '../node-event-stream.ts';
import { requestError } from '../request-error.ts';
import { SubscriptionResults, subscribeToResults } from '../subscription-results.ts';

/** A range of an accept header that accepts an event stream (RFC 9110, section 12.5.1). */
const eventStreamRange = /^\s*(?:text\/event-stream|text\/\*|\*\/\*)\s*(?:;|$)/i;
/** A parameter that asks for another charset than UTF-8, which event streams must have (HTML standard, 9.2.5). */
const otherCharset = /charset=(?!utf-8\s*(?:;|$))/i;

/**
 * Refuses a subscription with 406 if its client does not accept an event stream, before a stream is opened. Through node:http, the
 * results go to the response on the shortest way, and the streams share their timers.
 */
export function useEventStreams(): Plugin {
  const timers = createCoalescedTimers();
  let logger: YogaLogger;
  return {
    onYogaInit({ yoga }) {
      logger = yoga.logger;
    },
    onSubscribe({ args: { contextValue }, setResultAndStopExecution, setSubscribeFn }) {
      const { request } = contextValue as { request: Request };
      if (!acceptsEventStream(request.headers.get('accept'))) {
        const message = 'A subscription is answered as an event stream: send accept: text/event-stream.';
        setResultAndStopExecution({ errors: [requestError(406, message)] });
      } else if (nodeRequestOf(contextValue as object)) {
        setSubscribeFn(async (args) => {
          const results = await subscribeToResults(args);
          if (results instanceof SubscriptionResults) results.addStep((result) => maskErrors(result, logger));
          // Yoga passes a result that is no AsyncIterable from hook to hook as it is.
          return results as ExecutionResult;
        });
      }
    },
    onResultProcess({ result, setResultProcessor }) {
      if (!(result instanceof SubscriptionResults)) return;
      setResultProcessor(
        (_result, fetchAPI) => respondWithEvents(result, fetchAPI, timers, (error) => logger.error(error)),
        'text/event-stream',
      );
    },
  };
}

/** Returns whether a client accepts an event stream. A missing accept header accepts everything. */
function acceptsEventStream(accept: string | null): boolean {
  return (accept ?? '*/*')
    .split(',')
    .some((range) => eventStreamRange.test(range) && !otherCharset.test(range));
}

/** Masks the errors of a result and logs those that it masks, as Yoga does. */
function maskErrors(result: ExecutionResult, logger: YogaLogger): ExecutionResult {
  if (!result.errors) return result;
  const errors = result.errors.map((error) => {
    const masked = maskError(error);
    if (masked !== error) logger.error(error);
    return masked;
  });
  return { ...result, errors };
}
