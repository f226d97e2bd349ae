import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  withCallerCredentials,
  withoutCallerSecrets,
  withoutForwardedCredentials,
} from '../../src/hive-gateway/subgraph-headers.ts';

describe('withoutForwardedCredentials', () => {
  test("leaves out authorization and Clerk's cookies, in any case", () => {
    const headers = { Authorization: 'a', Cookie: 'theme=dark; __session=b', 'x-tenant': '7', empty: null };
    expect(withoutForwardedCredentials(headers)).toEqual({ Cookie: 'theme=dark', 'x-tenant': '7' });
    expect(withoutForwardedCredentials({ cookie: '__session=b' })).toEqual({});
  });

  test("leaves out the header of the subgraph's token, which a client may have sent", () => {
    expect(withoutForwardedCredentials({ 'X-Token': 'a', 'x-other': 'b' }, 'x-token')).toEqual({
      'x-other': 'b',
    });
  });

  test('has nothing to do without headers', () => {
    expect(withoutForwardedCredentials(undefined)).toEqual({});
  });
});

describe('withCallerCredentials', () => {
  const authorization = 'Bearer a.b.c';

  test('adds the credentials of the caller to what is forwarded', () => {
    expect(withCallerCredentials({ 'x-tenant': '7', empty: null }, { authorization })).toEqual({
      ...{ 'x-tenant': '7', authorization },
    });
    expect(withCallerCredentials(undefined, { authorization })).toEqual({ authorization });
  });

  test('does not add a credential that is forwarded, in any case', () => {
    const cookie = '__session=a';
    const headers = { Authorization: authorization, Cookie: `theme=dark; ${cookie}` };
    expect(withCallerCredentials(headers, { authorization, cookie })).toEqual(headers);
  });
});

describe('withCallerCredentials for cookies', () => {
  const credentials = { cookie: '__session=a', origin: 'https://evil.example' };

  test('takes the proofs of the origin from the caller, whatever is forwarded', () => {
    const headers = { Origin: 'https://app.example.com', 'sec-fetch-site': 'same-origin', 'x-tenant': '7' };
    expect(withCallerCredentials(headers, credentials)).toEqual({ ...credentials, 'x-tenant': '7' });
  });
});

describe('withoutCallerSecrets', () => {
  const session = randomBytes(60).toString('base64url');
  const secrets = { authorizations: [`Bearer ${session}`], tokens: [session] };

  test('leaves out every header that contains a session token, whatever its name', () => {
    const headers = { authorization: `Bearer ${session}`, 'x-user': `jwt ${session}`, accept: '*/*' };
    expect(withoutCallerSecrets(headers, secrets)).toEqual({ accept: '*/*' });
  });

  test('leaves out the authorization of the caller, also where it is not a session token', () => {
    const basic = { authorizations: ['Bearer a', 'Basic YTpi'], tokens: [] };
    expect(withoutCallerSecrets({ Authorization: 'Basic YTpi' }, basic)).toEqual({});
  });

  test('keeps an authorization of the configuration', () => {
    expect(withoutCallerSecrets({ authorization: 'Basic c2VydmljZQ==' }, secrets)).toEqual({
      authorization: 'Basic c2VydmljZQ==',
    });
  });

  test("leaves out Clerk's cookies", () => {
    const cookie = 'a=b; __client_uat=1';
    expect(withoutCallerSecrets({ cookie, 'x-cookie': cookie, 'x-user': '__client_uat=1' }, secrets)).toEqual(
      {
        ...{ cookie: 'a=b', 'x-cookie': 'a=b' },
      },
    );
  });

  test("keeps the subgraph's token in place of every other header of its name", () => {
    const headers = { Authorization: 'Basic c2VydmljZQ==', authorization: 'Bearer x.y.z', accept: '*/*' };
    expect(withoutCallerSecrets(headers, secrets, ['authorization', 'Bearer x.y.z'])).toEqual({
      authorization: 'Bearer x.y.z',
      accept: '*/*',
    });
  });

  test("leaves out the header of the subgraph's token where there is none", () => {
    const headers = { 'X-Token': 'forged', accept: '*/*' };
    expect(withoutCallerSecrets(headers, secrets, ['x-token', undefined])).toEqual({ accept: '*/*' });
  });

  test("adds the subgraph's token where a transport has left it out", () => {
    expect(withoutCallerSecrets({}, secrets, ['x-token', 'x.y.z'])).toEqual({ 'x-token': 'x.y.z' });
  });
});
