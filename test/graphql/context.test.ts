import { expect, test } from 'vitest';
import { callerFromClaims } from '../../src/auth/caller.ts';
import { gatewayError } from '../../src/errors.ts';
import { requireCaller } from '../../src/graphql/context.ts';
import { sessionClaims } from '../support/tokens.ts';

test('a required caller is the caller', async () => {
  const caller = callerFromClaims(sessionClaims() as never);
  expect(await requireCaller({ getCaller: async () => caller })).toBe(caller);
});

test('A01 a required caller without credentials is UNAUTHENTICATED', async () => {
  await expect(requireCaller({ getCaller: async () => null })).rejects.toMatchObject({
    extensions: { code: 'UNAUTHENTICATED' },
  });
});

test('the error of the authentication is thrown as it is', async () => {
  const error = gatewayError('UPSTREAM_UNAVAILABLE');
  await expect(requireCaller({ getCaller: () => Promise.reject(error) })).rejects.toBe(error);
});
