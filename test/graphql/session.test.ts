import { describe, expect, test } from 'vitest';
import { callerFromClaims } from '../../src/auth/caller.ts';
import { gatewayError } from '../../src/errors.ts';
import type { GatewayContext } from '../../src/graphql/context.ts';
import { createResultUsage } from '../../src/graphql/result-usage.ts';
import { callingSession, resolveSession } from '../../src/graphql/session.ts';
import { useGateways } from '../support/gateway.ts';
import { sessionClaims } from '../support/tokens.ts';

const world = useGateways({ bothWays: true });
const caller = callerFromClaims(sessionClaims() as never);
const signedIn = { getCaller: async () => caller };

describe('a reference to a session', () => {
  test('is the calling session for its own id', async () => {
    expect(await resolveSession({ id: 'sess_ada' }, signedIn)).toBe(caller);
  });

  test.each(['sess_grace_acme', 'SESS_ADA', '', undefined, null, ['sess_ada']])(
    'X14 is null for the id %j',
    async (id) => {
      expect(await resolveSession({ id }, signedIn)).toBeNull();
      expect(await resolveSession({ id }, { getCaller: async () => null })).toBeNull();
    },
  );
});

test('X15 the failures of the calling session are counted, and share an error beyond fifty', async () => {
  const error = gatewayError('UNAUTHENTICATED');
  const resultUsage = createResultUsage();
  const context = { getCaller: () => Promise.reject(error), resultUsage } as Partial<GatewayContext>;
  const call = async () => {
    try {
      return await callingSession(context as GatewayContext);
    } catch (thrown) {
      return thrown;
    }
  };
  const errors = await Promise.all(Array.from({ length: 60 }, call));
  expect(errors.filter((thrown) => thrown === error)).toHaveLength(50);
  expect(new Set(errors.slice(50)).size).toBe(1);
  expect(resultUsage.failedFields).toBe(60);
});

test('the field token of a session answers the token of sessionToken', async () => {
  const query =
    '{ session { token(template: "minimal") { jwt } } sessionToken(template: "minimal") { jwt } }';
  const { data, errors } = await world.start().ask(query, { session: 'sess_ada' });
  expect(errors).toEqual([]);
  expect(data.session.token).toEqual(data.sessionToken);
  expect(world.mints()).toBe(1);
});
