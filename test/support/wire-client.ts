import { connect, type Socket } from 'node:net';

/** One answer on a connection, as far as two servers can be compared by it. */
export interface WireAnswer {
  /** The status line, such as `HTTP/1.1 200 OK`; the whole text for bytes that are no answer. */
  readonly statusLine: string;
  /** Names in lower case and values, sorted by name; several of one name in their order. Without `date`. */
  readonly headers: readonly (readonly [string, string])[];
  /** The body as sent, one character for each byte. */
  readonly body: string;
}

/** Sends the bytes of requests to a port of this machine. */
export interface WireClient {
  /** Sends one request on a connection that stays open, and waits for its answer. @param pieces - written one after the other */
  ask(pieces: readonly Buffer[], method?: string): Promise<WireAnswer>;
  /** Sends bytes on a new connection, ends it, and returns all answers until the server closes it, too. */
  askAndEnd(pieces: readonly Buffer[]): Promise<readonly WireAnswer[]>;
  /** Sends bytes on a new connection, and returns all answers until the server closes it. */
  askUntilClosed(pieces: readonly Buffer[]): Promise<readonly WireAnswer[]>;
  close(): void;
}

export function createWireClient(port: number): WireClient {
  let open: Socket | undefined;
  return {
    ask(pieces, method = 'POST') {
      open =
        open && !open.destroyed && open.writable ? open : connect({ port, host: '127.0.0.1', noDelay: true });
      return askOnce(open, pieces, method);
    },
    askAndEnd: (pieces) => askAll(port, pieces, (socket) => socket.end()),
    askUntilClosed: (pieces) => askAll(port, pieces, () => {}),
    close: () => open?.destroy(),
  };
}

function askOnce(socket: Socket, pieces: readonly Buffer[], method: string): Promise<WireAnswer> {
  return new Promise((resolve) => {
    let text = '';
    const finish = (answer: WireAnswer) => {
      socket.off('data', onData).off('close', onClose);
      if (answer.headers.some(([name, value]) => name === 'connection' && value === 'close'))
        socket.destroy();
      resolve(answer);
    };
    const onData = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const length = answerLength(text, method);
      if (length !== undefined && text.length >= length) finish(readAnswer(text));
    };
    const onClose = () => finish(readAnswer(text));
    socket.on('data', onData).on('close', onClose);
    // A server that closes early resets the connection while the client still sends.
    if (socket.listenerCount('error') === 0) socket.on('error', () => {});
    void write(socket, pieces);
  });
}

async function askAll(
  port: number,
  pieces: readonly Buffer[],
  afterwards: (socket: Socket) => void,
): Promise<readonly WireAnswer[]> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.on('close', resolve));
  await write(socket, pieces);
  afterwards(socket);
  await closed;
  return readAnswers(text);
}

async function write(socket: Socket, pieces: readonly Buffer[]): Promise<void> {
  for (const [at, piece] of pieces.entries()) {
    // The server reads the piece before the next one is sent.
    if (at > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    socket.write(piece);
  }
}

/** Returns the length of the first answer of a text, or `undefined` while it is not known. */
function answerLength(text: string, method: string): number | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = text.slice(0, end).toLowerCase();
  const start = end + 4;
  const status = Number(head.slice(9, 12));
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return start;
  const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1];
  if (length !== undefined) return start + Number(length);
  const last = text.indexOf('\r\n0\r\n\r\n', end);
  return last < 0 ? undefined : last + 7;
}

function readAnswers(text: string): readonly WireAnswer[] {
  const length = answerLength(text, 'POST') ?? text.length;
  if (text.length <= length) return [readAnswer(text)];
  return [readAnswer(text.slice(0, length)), ...readAnswers(text.slice(length))];
}

function readAnswer(text: string): WireAnswer {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return { statusLine: text, headers: [], body: '' };
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = lines
    .map((line): [string, string] => {
      const at = line.indexOf(':');
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
    })
    .filter(([name]) => name !== 'date')
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  return { statusLine, headers, body: text.slice(end + 4) };
}
