import type { Plugin } from 'graphql-yoga';
import { requestError } from '../request-error.ts';

/** An accept header that accepts an event stream (RFC 9110, section 12.5.1); a missing header does, too. */
const acceptsEventStream = /(?:^|,)\s*(?:text\/event-stream|text\/\*|\*\/\*)\s*(?:;|,|$)/i;

/** Refuses a subscription with 406 if its client does not accept an event stream, before a stream is opened. */
export function useEventStreams(): Plugin {
  return {
    onSubscribe({ args: { contextValue }, setResultAndStopExecution }) {
      const { request } = contextValue as { request: Request };
      if (acceptsEventStream.test(request.headers.get('accept') ?? '*/*')) return;
      const message = 'A subscription is answered as an event stream: send accept: text/event-stream.';
      setResultAndStopExecution({ errors: [requestError(406, message)] });
    },
  };
}
