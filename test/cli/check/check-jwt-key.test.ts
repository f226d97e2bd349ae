import { expect, test } from 'vitest';
import { checkJwtKey } from '../../../src/cli/check/check-jwt-key.ts';
import { reachClerk } from '../../../src/cli/check/reach-clerk.ts';
import { createForge } from '../../support/tokens.ts';
import { useClerk } from '../use-clerk.ts';

const world = useClerk();
const reach = async () => (await reachClerk(world.settings)) ?? expect.unreachable();

test('a public key of the instance is found in its key set', async () => {
  expect(checkJwtKey(world.clerk.jwtKey, await reach())).toEqual({
    verdict: 'ok',
    text: 'CLERK_JWT_KEY: is a key of this instance',
  });
});

test.each<[string, Record<string, unknown>[] | undefined]>([
  ['another instance', undefined],
  ['no instance, where the key set is empty', []],
])('a public key of %s fails', async (_what, keys) => {
  const clerk = keys ? { keys } : await reach();
  expect(checkJwtKey(createForge().pem, clerk)).toEqual({
    verdict: 'fail',
    text: expect.stringMatching(/^CLERK_JWT_KEY: is not a key of this instance: .* JWKS Public Key$/),
  });
});
