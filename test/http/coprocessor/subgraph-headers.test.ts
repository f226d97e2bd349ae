import { describe, expect, test } from 'vitest';
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

describe('the session token of the caller', () => {
  const [token, other] = ['a', 'b'].map((part) =>
    [part, part, part].map((text) => text.repeat(30)).join('.'),
  );
  const copies = {
    'x-user-authorization': [`Bearer ${token}`],
    'proxy-authorization': [`Bearer ${token}`],
    'x-cookie': [`a=b; __session=${token}`],
    'x-list': ['kept', `["${token}"]`],
  };
  const kept = { 'proxy-authorization': ['Basic eDp5'], 'x-user': [`Bearer ${other}`], 'x-empty': [] };

  test.each<[string, Record<string, string[]>]>([
    ['a Bearer token', { authorization: [`Bearer ${token}`] }],
    ['several Bearer tokens', { authorization: ['Bearer x', `Bearer ${token}, Bearer y`] }],
    ['a cookie', { cookie: ['theme=dark', `__session_Ab1=${token}`] }],
    ['a cookie joined by a comma', { cookie: [`theme=dark, __SESSION=${token}`] }],
  ])('that is %s is removed with every header that repeats it', (_what, credentials) => {
    const { 'x-cookie': cookie, ...others } = Object.fromEntries(
      withoutCredentials(headers({ ...copies, ...credentials })),
    );
    expect(JSON.stringify(others)).not.toContain(token);
    expect([Object.keys(others), cookie]).toEqual([credentials.cookie?.[1] ? ['cookie'] : [], ['a=b']]);
  });

  test('leaves every other header, also Proxy-Authorization and other tokens', () => {
    const given = headers({ ...kept, authorization: [`Bearer ${token}`] });
    expect(Object.fromEntries(withoutCredentials(given))).toEqual(kept);
  });

  test('in another cookie removes that header', () => {
    const given = headers({ cookie: [`copy=${token}`, 'theme=dark'], authorization: [`Bearer ${token}`] });
    expect(withoutCredentials(given).size).toBe(0);
  });
});

test('removes cookies of Clerk from other headers, too, with and without a session', () => {
  const given = headers({ 'x-cookie': ['__clerk_handshake=x; a=b'], 'x-copy': ['__client=x'] });
  expect(Object.fromEntries(withoutCredentials(given))).toEqual({ 'x-cookie': ['a=b'] });
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
