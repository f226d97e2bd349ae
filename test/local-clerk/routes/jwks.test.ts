import { expect, test } from 'vitest';
import { useLocalClerk } from '../use-local-clerk.ts';

const context = useLocalClerk();

test('both addresses return the same keys', async () => {
  const headers = { authorization: `Bearer ${context.local.secretKey}` };
  const [publicKeys, apiKeys] = await Promise.all([
    fetch(`${context.local.url}/.well-known/jwks.json`),
    fetch(`${context.local.url}/v1/jwks`, { headers }),
  ]);
  expect(await publicKeys.json()).toEqual(await apiKeys.json());
});

test('the SDK reads the keys', async () => {
  expect(await context.clerk.jwks.getJwks()).toMatchObject({
    keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256' }],
  });
});
