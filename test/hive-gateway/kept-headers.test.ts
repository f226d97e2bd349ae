import { describe, expect, test } from 'vitest';
import { keepHeaders } from '../../src/hive-gateway/kept-headers.ts';

interface Extensions {
  headers?: Record<string, string>;
  [name: string]: unknown;
}

/** Takes the headers out of a request, as the HTTP transport of Hive does. */
function takeHeaders(request: { extensions?: Extensions }) {
  const { headers, ...others } = request.extensions ?? {};
  request.extensions = others;
  return headers;
}

describe('keepHeaders', () => {
  test('gives each attempt the same headers', () => {
    const request: { extensions?: Extensions } = { extensions: { headers: { old: '1' } } };
    keepHeaders(request, { 'x-token': 'a' });
    expect([takeHeaders(request), takeHeaders(request)]).toEqual([{ 'x-token': 'a' }, { 'x-token': 'a' }]);
  });

  test('keeps the other extensions, also those that are added later', () => {
    const request: { extensions?: Extensions } = { extensions: { persistedQuery: 1 } };
    keepHeaders(request, { a: 'b' });
    request.extensions = { ...request.extensions, more: 2 };
    expect(request.extensions).toMatchObject({ persistedQuery: 1, more: 2 });
  });

  test('keeps headers out of the body, in which transports send the extensions', () => {
    const request: { extensions?: Extensions } = {};
    keepHeaders(request, { a: 'b' });
    expect([JSON.stringify(request), Object.keys(request.extensions ?? {})]).toEqual([
      '{"extensions":{}}',
      [],
    ]);
  });

  test('can be called again', () => {
    const request: { extensions?: Extensions } = {};
    keepHeaders(request, { a: 'b' });
    keepHeaders(request, { c: 'd' });
    expect(takeHeaders(request)).toEqual({ c: 'd' });
  });
});
