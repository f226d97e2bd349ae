import { createYoga } from 'graphql-yoga';
import { expect, test } from 'vitest';
import { keptText } from '../../../src/http/body/kept-body.ts';
import { fetchFast, toResponse } from '../../../src/http/fast-path/fast-fetch.ts';
import type { FastAnswer, PlainRequest } from '../../../src/http/fast-path.ts';

const answer: FastAnswer = {
  headers: { a: '1', vary: 'Origin' },
  body: '{"data":"é"}',
};

function start(answered: FastAnswer | undefined) {
  const seen: PlainRequest[] = [];
  const fastPath = {
    answer(request: PlainRequest) {
      seen.push(request);
      return answered;
    },
  };
  const settings = { graphqlEndpoint: '/graphql', maxBodyBytes: 100 };
  return { seen, present: () => ({ fastPath, settings }) };
}

const request = (body: BodyInit, more: Record<string, string> = {}) =>
  new Request('https://tokens.example.com/graphql', {
    ...{ method: 'POST', body, duplex: 'half' },
    headers: { 'content-type': 'application/json', authorization: 'Bearer x', ...more },
  } as RequestInit);

test('X22 the fast path gets head, text and waitUntil of a plain request, and answers it', async () => {
  const { seen, present } = start(answer);
  const waitUntil = () => {};
  expect(await fetchFast(present, request('{}', { accept: '*/*', origin: 'null' }), waitUntil)).toBe(answer);
  const head = { authorization: 'Bearer x', accept: '*/*', origin: 'null', scheme: 'https' };
  expect(seen).toEqual([{ ...head, text: '{}', startedAt: expect.any(Number), waitUntil }]);
});

test('X22 the text of a request that is not answered is kept for Yoga', async () => {
  const { present } = start(undefined);
  const asked = request('{"query":1}');
  expect(await fetchFast(present, asked, undefined)).toBeUndefined();
  expect(keptText(asked)).toBe('{"query":1}');
});

test('X22 a request that is not plain is not read', async () => {
  const { seen, present } = start(answer);
  const asked = request('{}', { 'content-encoding': 'gzip' });
  expect(await fetchFast(present, asked, undefined)).toBeUndefined();
  expect([asked.bodyUsed, keptText(asked), seen]).toEqual([false, undefined, []]);
});

test.each<[string, BodyInit]>([
  ['is too large', 'x'.repeat(101)],
  ['ends with an error', new ReadableStream({ start: (controller) => controller.error(new Error('gone')) })],
])('X22 the error of a body that %s is kept for Yoga', async (_what, body) => {
  const { seen, present } = start(answer);
  const asked = request(body);
  expect(await fetchFast(present, asked, undefined)).toBeUndefined();
  expect(() => keptText(asked)).toThrow(/^The body is /);
  expect(seen).toEqual([]);
});

test('X22 the Response has the status, all headers and the body of an answer', async () => {
  const response = toResponse(answer, Response);
  toResponse({ ...answer, body: 'another' }, createYoga({}).fetchAPI.Response);
  expect(answer.headers).toEqual({ a: '1', vary: 'Origin' });
  expect([response.status, response.statusText, response.headers.get('vary')]).toEqual([200, 'OK', 'Origin']);
  expect([response.headers.get('a'), await response.text()]).toEqual(['1', answer.body]);
});

test('X22 a request that is aborted while its body arrives is not waited for', async () => {
  const { seen, present } = start(answer);
  const controller = new AbortController();
  const body = new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode('{')) });
  const asked = new Request(request(body), { signal: controller.signal });
  const answered = fetchFast(present, asked, undefined);
  controller.abort(new Error('the client has gone'));
  expect(await answered).toBeUndefined();
  expect(() => keptText(asked)).toThrow('the client has gone');
  expect(seen).toEqual([]);
});
