import { describe, expect, test } from 'vitest';
import { newSigningSecret } from '../support/clerk-events.ts';
import { categories, createForge, sessionClaims } from '../support/tokens.ts';
import { beyondTokens } from './beyond-tokens.ts';
import { claimCanaries, leaksIn } from './forbidden.ts';

const forge = createForge();
const minted = forge.compact({ alg: 'RS256', cat: categories.template }, sessionClaims());
const session = forge.compact({ alg: 'RS256', cat: categories.session }, sessionClaims());

const kinds = (text: string) => leaksIn(text).map(({ what }) => what);

describe('the search for secrets', () => {
  test.each([
    ['a token', minted],
    ['a token', minted.slice(0, 24)],
    ['a token', `a=${encodeURIComponent(minted)}`],
    ['a secret key', `sk_test_${'k'.repeat(8)}`],
    ['a secret key', `_sk_live_${'k'.repeat(8)}`],
    ['a webhook secret', newSigningSecret()],
    ['a claim value', claimCanaries.session],
    ['a claim value', `x ${claimCanaries.minted}.`],
    ['a claim value', 'ada@example.com'],
  ])('X06 %s is found, and is not part of the report', (what, text) => {
    expect(leaksIn(text)).toEqual([{ what, place: expect.not.stringContaining(text) }]);
  });

  test('X06 finds several secrets in one text', () => {
    expect(kinds(`${minted} ${claimCanaries.minted}`)).toEqual(['a token', 'a claim value']);
  });

  test.each([
    'the HMAC eyJabcdefghijklm of a token',
    'expected the secret key, beginning with sk_test_ or sk_live_',
    'expected a secret that begins with whsec_',
    '{"sessionId":"sess_ada","userId":"user_ada"}',
  ])('X06 nothing is found in %j', (text) => {
    expect(leaksIn(text)).toEqual([]);
  });
});

describe('the search in an answer', () => {
  const claims = { iat: 1, exp: 2, name: claimCanaries.minted };
  const token = { jwt: minted, expiresIn: 60, claims };
  const left = (data: unknown, errors: unknown[] = []) => beyondTokens(JSON.stringify({ data, errors }));

  test('X06 allows the tokens of the data and their claims, under any alias', () => {
    expect(kinds(left({ a: token, b: [{ ...token, c: minted }], __typename: 'Query' }))).toEqual([]);
  });

  test.each([
    ['a session token', { jwt: session }],
    ['a part of a token', { jwt: minted.slice(0, -400) }],
    ['a token amid other text', { jwt: `Bearer ${minted}` }],
    ['a claim elsewhere', { id: claimCanaries.minted }],
    ['a claim in a name', { [claimCanaries.minted]: null }],
  ])('X06 refuses %s', (_what, data) => {
    expect(kinds(left(data))).toHaveLength(1);
  });

  test('X06 allows no secret in errors, nor in answers that are not GraphQL', () => {
    expect(kinds(left(null, [{ message: `no ${minted}`, extensions: claims }]))).toEqual([
      'a token',
      'a claim value',
    ]);
    for (const text of [`<p>${minted}</p>`, JSON.stringify([minted]), JSON.stringify(minted)])
      expect(kinds(beyondTokens(text))).toEqual(['a token']);
  });

  test('X06 allows the token of an exchange, and no session token', () => {
    const answer = (more: object) => beyondTokens(JSON.stringify({ token_type: 'Bearer', ...more }));
    expect(kinds(answer({ access_token: minted }))).toEqual([]);
    expect(kinds(answer({ access_token: session }))).toEqual(['a token']);
    expect(kinds(answer({ access_token: minted, refresh_token: minted }))).toEqual(['a token']);
  });

  test('X06 searches the data of each event of a stream', () => {
    const event = (body: unknown) => `event: next\ndata: ${JSON.stringify(body)}\n\n`;
    expect(kinds(beyondTokens(event({ data: { t: token } })))).toEqual([]);
    expect(kinds(beyondTokens(event({ data: { t: token } }) + event({ errors: [minted] })))).toEqual([
      'a token',
    ]);
  });
});
