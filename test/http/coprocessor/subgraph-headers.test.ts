import { expect, test } from 'vitest';
import { withoutCredentials, withToken } from '../../../src/http/coprocessor/subgraph-headers.ts';

const headers = (entries: Record<string, string[]>) => new Map(Object.entries(entries));

test('removes the session token and all cookies of Clerk, and keeps every other header', () => {
  const kept = { accept: ['a', 'b'], 'x-request-id': ['1'] };
  const cookie = ['theme=dark; __session=t; __session_abc=t; __client_uat=1', '__clerk_db_jwt=d', 'lang=en'];
  const given = headers({ ...kept, authorization: ['Bearer t', 'Bearer u'], cookie });
  expect(Object.fromEntries(withoutCredentials(given))).toEqual({
    ...kept,
    cookie: ['theme=dark', 'lang=en'],
  });
});

test('removes a Cookie header in which no cookie is left', () => {
  expect(withoutCredentials(headers({ cookie: ['__session=t; __client_uat=1'] })).size).toBe(0);
});

test('removes what a client has sent in the place of the token of the subgraph', () => {
  const given = headers({ 'x-token': ['forged'], 'x-other': ['kept'] });
  const subgraph = { template: 'inventory', header: 'x-token' };
  expect(Object.fromEntries(withoutCredentials(given, subgraph))).toEqual({ 'x-other': ['kept'] });
});

test('sets the token in the header of the subgraph, and changes no other', () => {
  const given = headers({ accept: ['a'] });
  const token = (header?: string) =>
    Object.fromEntries(withToken(given, { template: 'inventory', ...(header && { header }) }, 'jwt'));
  expect(token()).toEqual({ accept: ['a'], authorization: ['Bearer jwt'] });
  expect(token('x-token')).toEqual({ accept: ['a'], 'x-token': ['jwt'] });
  expect(given.size).toBe(1);
});
