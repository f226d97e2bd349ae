import type { ExecutionResult } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { createCoalescedTimers } from '../../time/coalesced-timers.ts';
import { nodeRequestOf } from '../body/host-body.ts';
import { respondWithEvents } from '../node-event-stream.ts';
import { requestError } from '../request-error.ts';

/** An accept header that accepts an event stream (RFC 9110, section 12.5.1); a missing header does, too. */
const acceptsEventStream = /(?:^|,)\s*(?:text\/event-stream|text\/\*|\*\/\*)\s*(?:;|,|$)/i;

/**
 * Refuses a subscription with 406 if its client does not accept an event stream, before a stream is opened. Through node:http, thousands
 * of event streams share their timers.
 */
export function useEventStreams(): Plugin {
  const timers = createCoalescedTimers();
  return {
    onSubscribe({ args: { contextValue }, setResultAndStopExecution }) {
      const { request } = contextValue as { request: Request };
      if (acceptsEventStream.test(request.headers.get('accept') ?? '*/*')) return;
      const message = 'A subscription is answered as an event stream: send accept: text/event-stream.';
      setResultAndStopExecution({ errors: [requestError(406, message)] });
    },
    onResultProcess({ result, resultProcessor, setResultProcessor, serverContext }) {
      // Without a processor, the client accepts no event stream. Only a subscription has several results.
      if (!resultProcessor || !isAsyncIterable(result) || !nodeRequestOf(serverContext as object)) return;
      setResultProcessor(
        (results, fetchAPI) => respondWithEvents(results as AsyncIterable<ExecutionResult>, fetchAPI, timers),
        'text/event-stream',
      );
    },
  };
}
