import { expect, test } from 'vitest';
import { useGateways } from './support/gateway.ts';

const world = useGateways();

test('answers a token, its expiry and its claims for a signed-in session', async () => {
  const gateway = world.start();
  const query = '{ sessionToken(template: "hasura") { jwt expiresAt expiresIn claims } }';
  const { status, data, errors } = await gateway.ask(query, { session: 'sess_ada' });
  expect(errors).toEqual([]);
  expect(status).toBe(200);
  expect(data.sessionToken.claims.sub).toBe('user_ada');
  expect(new Date(data.sessionToken.expiresAt).getTime()).toBe(data.sessionToken.claims.exp * 1000);
  expect(data.sessionToken.expiresIn).toBeGreaterThan(50);
  expect(data.sessionToken.jwt.split('.')).toHaveLength(3);
});
