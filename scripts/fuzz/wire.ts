import { connect } from 'node:net';

/** What came back over one connection. */
export interface WireAnswer {
  /** The status of the first answer; undefined when the connection was closed without one. */
  status: number | undefined;
  /** The first answer's head and everything else as it came. */
  head: string;
  body: string;
  /** Whether the server left the connection open without a word, until the time was over. */
  hung: boolean;
}

/** Milliseconds after which a server has had time enough, whatever else this machine does. */
const patience = 20_000;
/** Milliseconds after which a client goes away that has not sent all that it announced, or that listens to a stream. */
const silence = 150;

/**
 * Sends bytes over a connection of their own and reads what comes back until it is closed.
 *
 * @param complete - whether an answer is owed: else the client says goodbye when nothing comes
 */
export function sendBytes(port: number, bytes: Buffer, complete: boolean): Promise<WireAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1');
    const finish = (hung: boolean) => {
      clearTimeout(timer);
      clearTimeout(goodbye);
      socket.destroy();
      resolve({ ...readAnswer(Buffer.concat(chunks).toString('utf8')), hung });
    };
    const timer = setTimeout(() => finish(true), patience);
    const leave = () => socket.end();
    let goodbye: ReturnType<typeof setTimeout> | undefined;
    socket.write(bytes, () => {
      if (!complete) goodbye = setTimeout(leave, silence);
    });
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      // A stream of events goes on until somebody leaves.
      if (isEventStream(chunk)) goodbye ??= setTimeout(leave, silence);
    });
    // A server that refuses early may reset a connection on which more is coming.
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
