import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

/** An export that a collector has received. */
export interface OtlpExport {
  path: string;
  headers: IncomingHttpHeaders;
  /** Attributes of the resource. */
  resource: Record<string, string>;
  /** Names of the spans or metrics. */
  names: string[];
  /** The trace ids of the spans, in hexadecimal. */
  traceIds: string[];
  /** The temporality of each metric with one, by its name. */
  temporality: Record<string, 'delta' | 'cumulative'>;
}

/** A collector for OTLP over HTTP with protobuf. */
export interface OtlpReceiver {
  /** Such as `http://127.0.0.1:1234`. */
  url: string;
  exports: OtlpExport[];
}

/** Starts a collector on a free port, until the test ends. @param answers - whether it answers at all. @default true */
export async function startOtlpReceiver({ answers = true } = {}): Promise<OtlpReceiver> {
  const exports: OtlpExport[] = [];
  const server = createServer(async (request, response) => {
    exports.push(await readExport(request));
    if (answers) response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, exports };
}

async function readExport(request: IncomingMessage): Promise<OtlpExport> {
  const sent = Buffer.concat(await request.toArray());
  const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
  // ExportTraceServiceRequest and ExportMetricsServiceRequest have the same shape down to their spans and metrics.
  const resources = messagesIn(body, 1);
  const resource = resources.flatMap((part) => messagesIn(part, 1)).flatMap((part) => messagesIn(part, 1));
  const items = resources.flatMap((part) => messagesIn(part, 2)).flatMap((part) => messagesIn(part, 2));
  const isTrace = request.headers['content-type'] === 'application/x-protobuf' && items.some(isSpan);
  return {
    path: request.url ?? '',
    headers: request.headers,
    resource: Object.fromEntries(
      resource.map((pair) => [textIn(pair, 1), textIn(messagesIn(pair, 2)[0], 1)]),
    ),
    names: items.map((item) => textIn(item, isTrace ? 5 : 1)),
    traceIds: isTrace ? items.map((item) => messagesIn(item, 1)[0]?.toString('hex') ?? '') : [],
    temporality: isTrace ? {} : Object.fromEntries(items.flatMap(temporalityOf)),
  };
}

// A span begins with a trace id of 16 bytes, and has a span id of 8 bytes. A metric has a name and a description.
function isSpan(item: Buffer): boolean {
  return messagesIn(item, 1)[0]?.length === 16 && messagesIn(item, 2)[0]?.length === 8;
}

/** The field of a sum is 7, that of a histogram 9; the temporality is their field 2. */
function temporalityOf(metric: Buffer): [string, 'delta' | 'cumulative'][] {
  const data = messagesIn(metric, 7)[0] ?? messagesIn(metric, 9)[0];
  if (data === undefined) return [];
  const value = [...fieldsOf(data)].find(({ number }) => number === 2)?.value;
  return [[textIn(metric, 1), value === 1 ? 'delta' : 'cumulative']];
}

const textIn = (message: Buffer | undefined, number: number) =>
  message === undefined ? '' : (messagesIn(message, number)[0]?.toString() ?? '');

/** Returns the values of a length-delimited field: a message, a text or bytes. */
function messagesIn(message: Buffer, number: number): Buffer[] {
  return [...fieldsOf(message)].flatMap((field) =>
    field.number === number && Buffer.isBuffer(field.value) ? [field.value] : [],
  );
}

/** Decodes the fields of a protobuf message: https://protobuf.dev/programming-guides/encoding/ */
function* fieldsOf(message: Buffer): Generator<{ number: number; value: number | Buffer }> {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message.readUInt8(at++);
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    if (wire === 0) yield { number, value: varint() };
    else {
      const length = wire === 2 ? varint() : wire === 1 ? 8 : 4;
      yield { number, value: message.subarray(at, at + length) };
      at += length;
    }
  }
}
