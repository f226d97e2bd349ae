import type { RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import { readAnswer } from '../../support/answer.ts';
import { useGateways } from '../../support/gateway.ts';
import { serveGateway } from '../../support/serve-gateway.ts';

const world = useGateways();
const query = '{ session { id } }';
const json = 'application/json';

/** Makes the value that a host leaves of a body that it has read. */
type Parser = (text: string) => unknown;

/** How a host leaves a request, beside the parsed body. */
interface Leaving {
  contentType?: string;
  /** Makes its rawBody. */
  keep?: Parser;
  /** Whether the client sends no length. */
  chunked?: true;
}

/** Posts to a gateway whose host has read the body. */
async function post(parse: Parser, body: string, { contentType = json, keep, chunked }: Leaving = {}) {
  const gateway = world.start({ maxBodyBytes: 1_000 });
  // As body-parser, which goes on at once: a reader would wait forever for a stream that has ended and is not closed yet.
  const host: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const left = parse(text);
      if (keep) Object.assign(request, { rawBody: keep(text) });
      gateway(left === undefined ? request : Object.assign(request, { body: left }), response);
    });
  };
  const { url } = await serveGateway(host);
  // With application/json, errors of the document have status 200.
  const headers = { 'content-type': contentType, accept: 'application/graphql-response+json' };
  const sent = chunked ? new Blob([body]).stream() : body;
  const answer = await fetch(url, {
    method: 'POST',
    body: sent,
    headers,
    ...(chunked ? { duplex: 'half' } : {}),
  });
  return { gateway, answer };
}

const left: [string, Parser][] = [
  ['an object', (text) => JSON.parse(text)],
  ['text', (text) => text],
  ['bytes', (text) => Buffer.from(text)],
];

describe('a body that the host has read', () => {
  test.each(left)('is accepted as %s', async (_what, parse) => {
    const { answer } = await post(parse, JSON.stringify({ query }));
    expect((await readAnswer(answer)).data).toEqual({ session: null });
  });

  test.each(['{}', '[]', 'null', '0', '""'])('is refused at once when it is %s', async (body) => {
    const { answer } = await post(JSON.parse, body);
    expect([answer.status, (await readAnswer(answer)).codes]).toEqual([400, ['BAD_REQUEST']]);
  });

  test.each<[string, Parser]>([
    ['bytes', (text) => Buffer.from(text)],
    ['text', (text) => text],
  ])('is read from rawBody, as %s, with or without a parsed body', async (_what, keep) => {
    for (const parse of [JSON.parse, () => undefined, () => ({})]) {
      const { answer } = await post(parse, JSON.stringify({ query }), { keep });
      expect((await readAnswer(answer)).data).toEqual({ session: null });
    }
  });

  test('is read from the parsed body if rawBody is neither bytes nor text', async () => {
    for (const odd of [null, true, {}, [], '', Buffer.alloc(0)]) {
      const { answer } = await post(JSON.parse, JSON.stringify({ query }), { keep: () => odd });
      expect((await readAnswer(answer)).data).toEqual({ session: null });
    }
  });

  test('needs no Content-Length, because the host has bounded it, but must not exceed the limit', async () => {
    const text = JSON.stringify({ query });
    for (const keep of [undefined, (sent: string) => Buffer.from(sent)]) {
      const { answer } = await post(JSON.parse, text, { ...(keep ? { keep } : {}), chunked: true });
      expect((await readAnswer(answer)).data).toEqual({ session: null });
    }
    const long = await post((sent) => sent, text.padEnd(1_001), { chunked: true });
    expect(long.answer.status).toBe(413);
  });

  test.each<[string, Parser, Parser | undefined]>([
    ['text', (text) => text, undefined],
    ['bytes', (text) => Buffer.from(text), undefined],
    ['rawBody', () => ({}), (text) => Buffer.from(text)],
  ])('X20 a byte order mark is accepted in %s of the host', async (_what, parse, keep) => {
    const { answer } = await post(parse, `\ufeff${JSON.stringify({ query })}`, keep ? { keep } : {});
    expect((await readAnswer(answer)).data).toEqual({ session: null });
    const twice = await post(parse, `\ufeff\ufeff${JSON.stringify({ query })}`, keep ? { keep } : {});
    expect(twice.answer.status).toBe(400);
  });

  test('is refused at once when it is empty', async () => {
    for (const parse of [() => ({}), () => '', () => Buffer.alloc(0)]) {
      const { answer } = await post(parse, '');
      expect(answer.status).toBe(400);
    }
  });

  test('of a form stays refused, though a parser has made an object of it', async () => {
    const form = new URLSearchParams({ query }).toString();
    const parse: Parser = (text) => Object.fromEntries(new URLSearchParams(text));
    const { answer } = await post(parse, form, { contentType: 'application/x-www-form-urlencoded' });
    expect(answer.status).toBe(415);
  });

  const message =
    'has read the body of this request and kept no copy: mount the gateway before the body parser';

  test('of which nothing is kept is an error that names the mistake in the host, for the caller and in the log', async () => {
    const { gateway, answer } = await post(() => undefined, JSON.stringify({ query }));
    const { status, codes, errors } = await readAnswer(answer);
    expect([status, codes]).toEqual([500, ['INTERNAL_SERVER_ERROR']]);
    expect(errors[0]?.message).toContain(message);
    const logged = gateway.logLines.map((line) => JSON.parse(line)).filter(({ level }) => level === 50);
    expect(logged).toEqual([expect.objectContaining({ msg: errors[0]?.message })]);
  });

  test('of which nothing is kept is the same error in a host with fetch requests', async () => {
    const gateway = world.start();
    const request = new Request('https://host.example/graphql', {
      method: 'POST',
      headers: { 'content-type': json },
      body: JSON.stringify({ query }),
    });
    await request.json();
    const { status, errors } = await readAnswer(await gateway.fetch(request));
    expect(status).toBe(500);
    expect(errors[0]?.message).toContain(message);
  });
});
