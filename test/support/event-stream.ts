/** One event of an event stream, or a comment, as it came. */
export interface ServerSentEvent {
  /** `comment` for a line that begins with a colon: what keeps a connection open. */
  event: string;
  /** Parsed; undefined when there is none. */
  data?: unknown;
}

/** Reads an event stream as the HTML standard says (9.2.6), as far as a GraphQL server makes use of it. */
export async function* readEvents(response: Response): AsyncGenerator<ServerSentEvent, void> {
  let text = '';
  for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) yield readEvent(block);
  }
}

/** The events of an answer but for comments, until there are as many as wanted. */
export async function events(
  response: Response,
  wanted = Number.POSITIVE_INFINITY,
): Promise<ServerSentEvent[]> {
  const found: ServerSentEvent[] = [];
  for await (const event of readEvents(response)) {
    if (event.event !== 'comment') found.push(event);
    if (found.length >= wanted) break;
  }
  return found;
}

/** @param block - what stands between two blank lines */
export function readEvent(block: string): ServerSentEvent {
  const event: ServerSentEvent = { event: 'message' };
  for (const line of block.split('\n')) {
    const [, field = '', value = ''] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
    if (field === '') event.event = 'comment';
    if (field === 'event') event.event = value;
    if (field === 'data' && value !== '') event.data = JSON.parse(value);
  }
  return event;
}
