import { describe, expect, test } from 'vitest';
import { callerHeaders } from '../../src/hive-gateway/caller-headers.ts';

const request = (headers: Record<string, string>) => ({ headers: new Headers(headers) });

describe('callerHeaders', () => {
  test('are those of the request', () => {
    const headers = callerHeaders({
      request: request({ authorization: 'a', cookie: 'b=1', origin: 'https://a.example' }),
    });
    expect([headers.authorizations, headers.cookies]).toEqual([['a'], ['b=1']]);
    const names = ['authorization', 'cookie', 'origin', 'sec-fetch-site'];
    expect(names.map(headers.get)).toEqual(['a', 'b=1', 'https://a.example', null]);
  });

  test('H03 are also those of connectionParams and of the context, with names in any case', () => {
    const headers = callerHeaders({
      request: request({ authorization: 'c', cookie: 'c=1' }),
      connectionParams: {
        ...{ Authorization: 'a', AUTHORIZATION: ['b', 7], Cookie: 'a=1' },
        headers: { authorization: 'nested' },
      },
      headers: { authorization: 'd', cookie: undefined },
    });
    expect(headers.authorizations).toEqual(['a', 'b', 'nested', 'c', 'd']);
    expect(headers.cookies).toEqual(['a=1', 'c=1']);
    expect([headers.get('authorization'), headers.get('cookie')]).toEqual(['a', 'a=1']);
  });

  test('H03 have the origin of the request, which connectionParams could forge', () => {
    const forged = { origin: 'https://app.example.com', 'sec-fetch-site': 'same-origin' };
    const context = {
      request: request({ origin: 'https://evil.example' }),
      ...{ connectionParams: forged, headers: forged },
    };
    const { get } = callerHeaders(context);
    expect([get('origin'), get('sec-fetch-site')]).toEqual(['https://evil.example', null]);
  });

  test('are read from the headers of any implementation of fetch', () => {
    expect(callerHeaders({ headers: new Headers({ Authorization: 'a' }) }).authorizations).toEqual(['a']);
  });

  test('have no character that a header cannot have', () => {
    const { authorizations } = callerHeaders({
      connectionParams: { authorization: 'a\r\nb: c\u0000\u0141\te' },
    });
    expect(authorizations).toEqual(['a  b: c  \te']);
  });

  test('are limited in number and length', () => {
    const many = callerHeaders({ connectionParams: { authorization: Array(100).fill('a'.repeat(70_000)) } });
    expect(many.authorizations.length).toBe(16);
    expect(many.authorizations[0]?.length).toBe(65_536);
  });

  test.each([
    ['no context', undefined],
    ['a text', 'context'],
    ['connectionParams that are no object', { connectionParams: 'authorization' }],
    ['a list', { connectionParams: ['authorization'] }],
    ['no texts', { connectionParams: { authorization: { a: 'b' }, headers: 7 } }],
  ])('are none with %s', (_what, context) => {
    const headers = callerHeaders(context);
    expect([headers.authorizations, headers.cookies, headers.get('authorization')]).toEqual([[], [], null]);
  });
});
