import { decodeJwt, decodeProtectedHeader } from 'jose';
import { expect, test } from 'vitest';
import { freshSessionTokens } from '../../../src/cli/dev/session-tokens.ts';
import { categories } from '../../support/tokens.ts';
import { useDevApp } from './use-dev-app.ts';

const dev = useDevApp();

test.each([
  ['an active session', 'sess_ada', 'active'],
  ['a pending session, which says so itself', 'sess_grace_pending', 'pending'],
  ['a session that is over, as its browser would still hold one', 'sess_grace_revoked', 'active'],
])('%s gets a session token of a minute', async (_what, id, sts) => {
  const token = (await freshSessionTokens(dev.clerk)(id)) ?? '';
  const { iat = 0, exp = 0, ...claims } = decodeJwt(token);
  expect(claims).toMatchObject({ iss: dev.clerk.issuer, sid: id, sts });
  expect(exp - iat).toBe(60);
  expect(decodeProtectedHeader(token).cat).toBe(categories.session);
});

test.each([
  ['the usual one', undefined, 'http://localhost:3000'],
  ['another', 'https://evil.example', 'https://evil.example'],
  ['none', '', undefined],
])('a session token names as authorized party %s', async (_what, azp, named) => {
  const freshSessionToken = freshSessionTokens(dev.clerk, 'http://localhost:3000');
  for (const id of ['sess_ada', 'sess_grace_revoked']) {
    expect(decodeJwt((await freshSessionToken(id, azp)) ?? '').azp).toBe(named);
    expect(decodeJwt((await freshSessionTokens(dev.clerk)(id)) ?? '').azp).toBeUndefined();
  }
});

test('a session that is not in the data gets none', async () => {
  expect(await freshSessionTokens(dev.clerk)('sess_nobody')).toBeUndefined();
});
