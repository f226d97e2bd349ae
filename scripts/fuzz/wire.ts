import { connect } from 'node:net';

/** The data that was received over one connection. */
export interface WireAnswer {
  /** The status of the first answer; undefined when the connection was closed without one. */
  status: number | undefined;
  /** The head of the first answer. */
  head: string;
  body: string;
  /** Whether the server kept the connection open until the timeout. */
  hung: boolean;
}

/** The timeout for an answer on a busy machine, in milliseconds. */
const timeoutMs = 20_000;
/** The time after which the client closes an incomplete request or an event stream, in milliseconds. */
const closeAfterMs = 150;

/**
 * Sends bytes over a new connection and reads until it is closed.
 *
 * @param options.complete - whether the server must answer; if not, the client closes the connection after a while
 */
export function sendBytes(
  port: number,
  bytes: Buffer,
  { complete }: { complete: boolean },
): Promise<WireAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1');
    const finish = (hung: boolean) => {
      clearTimeout(timer);
      clearTimeout(closeTimer);
      socket.destroy();
      resolve({ ...readAnswer(Buffer.concat(chunks).toString('utf8')), hung });
    };
    const timer = setTimeout(() => finish(true), timeoutMs);
    const close = () => socket.end();
    let closeTimer: ReturnType<typeof setTimeout> | undefined;
    socket.write(bytes, () => {
      if (!complete) closeTimer = setTimeout(close, closeAfterMs);
    });
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      // An event stream continues until one side closes it.
      if (isEventStream(chunk)) closeTimer ??= setTimeout(close, closeAfterMs);
    });
    // A server that refuses a request early may reset the connection while the client is still sending.
    socket.on('error', () => {});
    socket.on('close', () => finish(false));
  });
}

function isEventStream(chunk: Buffer): boolean {
  return /^HTTP\/1\.1 2\d\d [\s\S]*^content-type: text\/event-stream/im.test(chunk.toString('latin1'));
}

function readAnswer(text: string): Omit<WireAnswer, 'hung'> {
  const end = text.indexOf('\r\n\r\n');
  const head = end < 0 ? text : text.slice(0, end);
  const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
  return {
    status: status === undefined ? undefined : Number(status),
    head,
    body: end < 0 ? '' : text.slice(end + 4),
  };
}
