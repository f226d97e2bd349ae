import type { Plugin } from 'graphql-yoga';
import { requestRefusal } from '../request-refusal.ts';

/** Media types that an event stream is accepted by (RFC 9110, section 12.5.1); without the header, everything is. */
const accepting = /(?:^|,)\s*(?:text\/event-stream|text\/\*|\*\/\*)\s*(?:;|,|$)/i;

/** Refuses a subscription whose client would not read an event stream, before a stream is opened for it. */
export function useEventStreams(): Plugin {
  return {
    onSubscribe({ args: { contextValue }, setResultAndStopExecution }) {
      const { request } = contextValue as { request: Request };
      if (accepting.test(request.headers.get('accept') ?? '*/*')) return;
      const message = 'A subscription is answered as an event stream: send accept: text/event-stream.';
      setResultAndStopExecution({ errors: [requestRefusal(406, message)] });
    },
  };
}
