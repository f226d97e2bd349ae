import { decodeJwt, decodeProtectedHeader } from 'jose';
import { expect, test } from 'vitest';
import { createSessionTokenSigner } from '../../../src/cli/dev/session-token-signer.ts';
import { categories } from '../../support/tokens.ts';
import { useClerk } from '../use-clerk.ts';

const world = useClerk();

test.each([
  ['an active session', 'sess_ada', 'active'],
  ['a pending session, whose token has the status pending', 'sess_grace_pending', 'pending'],
  ['a session that has ended, whose browser can still have a token', 'sess_grace_revoked', 'active'],
])('%s gets a session token for a minute', async (_what, id, sts) => {
  const token = (await createSessionTokenSigner(world.clerk, '')(id)) ?? '';
  const { iat = 0, exp = 0, ...claims } = decodeJwt(token);
  expect(claims).toMatchObject({ iss: world.clerk.issuer, sid: id, sts });
  expect(exp - iat).toBe(60);
  expect(decodeProtectedHeader(token).cat).toBe(categories.session);
});

test.each([
  ['the default', undefined, 'http://localhost:3000'],
  ['another', 'https://evil.example', 'https://evil.example'],
  ['none', '', undefined],
])('the authorized party in a session token is %s', async (_what, azp, expected) => {
  const signSessionToken = createSessionTokenSigner(world.clerk, 'http://localhost:3000');
  for (const id of ['sess_ada', 'sess_grace_revoked']) {
    expect(decodeJwt((await signSessionToken(id, azp)) ?? '').azp).toBe(expected);
  }
});

test.each(['sess_ada', 'sess_grace_revoked'])(
  'without a default, a session token of %s has no authorized party',
  async (id) => {
    const token = await createSessionTokenSigner(world.clerk, '')(id);
    expect(decodeJwt(token ?? '').azp).toBeUndefined();
  },
);

test('a session that is not in the data gets no token', async () => {
  expect(await createSessionTokenSigner(world.clerk, '')('sess_nobody')).toBeUndefined();
});
