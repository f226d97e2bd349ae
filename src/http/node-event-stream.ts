import type { ExecutionResult, GraphQLError } from 'graphql';
import type { FetchAPI } from 'graphql-yoga';
import type { CoalescedTimer, CoalescedTimers } from '../time/coalesced-timers.ts';
import type { SubscriptionResults } from './subscription-results.ts';

/** The part of http.ServerResponse that is used here. That of node:http2 has it, too. */
export interface NodeResponse {
  readonly writableNeedDrain?: boolean;
  /** @returns whether more may be written before the event `drain` */
  write(text: string): boolean;
  end(text?: string): unknown;
  once(event: 'drain', listener: () => void): unknown;
  destroy(): unknown;
}

type EventSource = Pick<SubscriptionResults, 'next' | 'end'>;

/** A comment. The first makes browsers handle the headers, the others keep the connection open. */
const heartbeat = ':\n\n';
/** Time between two heartbeats, in milliseconds, as in graphql-sse. Many proxies close a connection that is idle for a minute. */
const heartbeatMs = 12_000;

/** The headers of Yoga's event streams. */
const headers = {
  'Content-Type': 'text/event-stream',
  Connection: 'keep-alive',
  'Cache-Control': 'no-cache',
  'Content-Encoding': 'none',
};

/**
 * Answers a subscription through node:http as Server-Sent Events, as Yoga does (graphql-sse, "distinct connections mode"): the same bytes,
 * but without a Readable and without a timer of its own.
 *
 * @param results - the results, each with complete errors
 * @param timers - run the heartbeats
 * @param onError - receives the error of a source that fails, which closes the connection
 */
export function respondWithEvents(
  results: EventSource,
  { Response }: Pick<FetchAPI, 'Response'>,
  timers: CoalescedTimers,
  onError: (error: unknown) => void,
): Response {
  const response = new Response(null, { status: 200, headers });
  return Object.defineProperty(response, 'body', { value: new EventStream(results, timers, onError) });
}

/**
 * The body of the answer, with the methods of a Readable that Yoga's listener calls: it pipes the body into the response, and destroys it
 * when the response closes.
 */
class EventStream {
  readonly #results: EventSource;
  readonly #timers: CoalescedTimers;
  readonly #onError: (error: unknown) => void;
  #response: NodeResponse | undefined;
  #timer: CoalescedTimer | undefined;

  constructor(results: EventSource, timers: CoalescedTimers, onError: (error: unknown) => void) {
    this.#results = results;
    this.#timers = timers;
    this.#onError = onError;
  }

  /** Tells Yoga that this is a Readable. */
  read(): null {
    return null;
  }

  pipe(response: NodeResponse): void {
    this.#response = response;
    response.write(heartbeat);
    this.#scheduleHeartbeat();
    this.#sendResults(response).catch((error) => {
      this.#onError(error);
      response.destroy();
    });
  }

  destroy(): void {
    this.#close();
    this.#results.end().catch(() => {});
  }

  async #sendResults(response: NodeResponse): Promise<void> {
    for (;;) {
      const result = await this.#results.next();
      if (!this.#response) return;
      if (!result) break;
      if (!response.write(`event: next\ndata: ${toJson(result)}\n\n`))
        await new Promise<void>((resolve) => response.once('drain', resolve));
    }
    this.#close();
    response.end('event: complete\ndata:\n\n');
  }

  #scheduleHeartbeat(): void {
    this.#timer = this.#timers.start(() => {
      if (!this.#response?.writableNeedDrain) this.#response?.write(heartbeat);
      this.#scheduleHeartbeat();
    }, heartbeatMs);
  }

  #close(): void {
    this.#response = undefined;
    this.#timer?.cancel();
  }
}

/** Returns a result as JSON, without the extensions of errors that are meant for Yoga. */
function toJson(result: ExecutionResult): string {
  const { errors } = result;
  return JSON.stringify(errors?.length ? { ...result, errors: errors.map(toAnswerError) } : result);
}

function toAnswerError(error: GraphQLError) {
  const { extensions: { http, unexpected, ...extensions } = {}, ...rest } = error.toJSON();
  return Object.keys(extensions).length > 0 ? { ...rest, extensions } : rest;
}
