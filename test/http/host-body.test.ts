import type { RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import { readAnswer } from '../support/answer.ts';
import { useGateways } from '../support/gateway.ts';
import { serveGateway } from '../support/serve-gateway.ts';

const world = useGateways();
const query = '{ session { id } }';
const json = 'application/json';

/** What a host leaves of a body that it has read. */
type Parser = (text: string) => unknown;

/** Posts to a gateway whose host has read the body. */
async function post(parse: Parser, body: string, contentType = json) {
  const gateway = world.start();
  // As body-parser does, which goes on at once: a stream that is over, but not yet closed, is what a reader waits on for ever.
  const host: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const left = parse(Buffer.concat(chunks).toString());
      gateway(left === undefined ? request : Object.assign(request, { body: left }), response);
    });
  };
  const { url } = await serveGateway(host);
  // With any other, errors of the document have 200.
  const headers = { 'content-type': contentType, accept: 'application/graphql-response+json' };
  return { gateway, answer: await fetch(url, { method: 'POST', body, headers }) };
}

const left: [string, Parser][] = [
  ['an object', (text) => JSON.parse(text)],
  ['text', (text) => text],
  ['bytes', (text) => Buffer.from(text)],
];

describe('a body that the host has read', () => {
  test.each(left)('is taken as %s', async (_what, parse) => {
    const { answer } = await post(parse, JSON.stringify({ query }));
    expect((await readAnswer(answer)).data).toEqual({ session: null });
  });

  test.each(['{}', '[]', 'null', '0', '""'])('is refused at once when it is %s', async (body) => {
    const { answer } = await post(JSON.parse, body);
    expect([answer.status, (await readAnswer(answer)).codes]).toEqual([400, ['BAD_REQUEST']]);
  });

  test('is refused at once when it is empty', async () => {
    for (const parse of [() => ({}), () => '', () => Buffer.alloc(0)]) {
      const { answer } = await post(parse, '');
      expect(answer.status).toBe(400);
    }
  });

  test('is no JSON because a parser has made an object of it', async () => {
    const form = new URLSearchParams({ query }).toString();
    const parse: Parser = (text) => Object.fromEntries(new URLSearchParams(text));
    const { answer } = await post(parse, form, 'application/x-www-form-urlencoded');
    expect(answer.status).toBe(415);
  });

  const told =
    'has read the body of this request and left nothing of it: mount the gateway before the body parser';

  test('and of which nothing is left is told to whoever set the host up', async () => {
    const { gateway, answer } = await post(() => undefined, JSON.stringify({ query }));
    const { status, codes, errors } = await readAnswer(answer);
    expect([status, codes]).toEqual([500, ['INTERNAL_SERVER_ERROR']]);
    expect(errors[0]?.message).toContain(told);
    const loud = gateway.logLines.map((line) => JSON.parse(line)).filter(({ level }) => level === 50);
    expect(loud).toEqual([expect.objectContaining({ msg: errors[0]?.message })]);
  });

  test('and of which nothing is left is told in a host that speaks Fetch, too', async () => {
    const gateway = world.start();
    const request = new Request('https://host.example/graphql', {
      method: 'POST',
      headers: { 'content-type': json },
      body: JSON.stringify({ query }),
    });
    await request.json();
    const { status, errors } = await readAnswer(await gateway.fetch(request));
    expect(status).toBe(500);
    expect(errors[0]?.message).toContain(told);
  });
});
