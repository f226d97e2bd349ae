/** One event or comment of an event stream. */
export interface ServerSentEvent {
  /** `comment` for a line that begins with a colon, which keeps the connection open. */
  event: string;
  /** The parsed data; undefined without data. */
  data?: unknown;
}

/** Reads an event stream (HTML standard, 9.2.6), as far as GraphQL servers use the format. */
export async function* readEvents(response: Response): AsyncGenerator<ServerSentEvent, void> {
  let text = '';
  for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) yield readEvent(block);
  }
}

/** Returns the events of an answer without comments, the first `wanted` of them. */
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

/** Parses one event. @param block - the lines between two blank lines */
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
