import { expect, test } from 'vitest';
import { readCredentials } from '../../../src/auth/credentials.ts';
import { callerRequest } from '../../../src/http/coprocessor/caller-request.ts';

const url = 'https://tokens.example.com/graphql';
const rebuilt = (entries: Record<string, string[]>) => callerRequest(url, new Map(Object.entries(entries)));

test('has the credentials of the caller and the origin of its page, and nothing else', () => {
  const credentials = {
    cookie: ['a=1'],
    origin: ['https://app.example.com'],
    'sec-fetch-site': ['same-origin'],
  };
  const request = rebuilt({ ...credentials, 'x-request-id': ['1'], host: ['router.example.com'] });
  expect(Object.fromEntries(request.headers)).toEqual({
    ...{ cookie: 'a=1', origin: 'https://app.example.com', 'sec-fetch-site': 'same-origin' },
  });
  expect([request.url, request.method]).toEqual([url, 'POST']);
});

test('has the cookies of several fields, which HTTP/2 sends', () => {
  expect(rebuilt({ cookie: ['a=1', 'b=2; c=3'] }).headers.get('cookie')).toBe('a=1; b=2; c=3');
});

test('a header without a value is a header that is missing', () => {
  const { headers } = rebuilt({ authorization: [], cookie: ['__session=aaa'], origin: [] });
  expect(readCredentials(headers)).toMatchObject({ kind: 'cookies', tokens: ['aaa'] });
  expect([...headers.keys()]).toEqual(['cookie']);
});

test('several Authorization headers are no credential', () => {
  const { headers } = rebuilt({ authorization: ['Bearer aaa', 'Bearer bbb'] });
  expect(readCredentials(headers)).toMatchObject({ kind: 'unusable' });
});

test('characters that a header cannot have do not make a credential usable, and harm no other cookie', () => {
  const { headers } = rebuilt({ authorization: ['Bearer a\u{1f600}b'] });
  expect(readCredentials(headers)).toMatchObject({ kind: 'unusable' });
  const cookies = rebuilt({ cookie: ['name=J\u{f6}rg\u{1f600}\u0000; __session=aaa'] }).headers;
  expect(readCredentials(cookies)).toMatchObject({ kind: 'cookies', tokens: ['aaa'] });
});
