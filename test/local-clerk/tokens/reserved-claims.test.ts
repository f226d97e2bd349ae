import { expect, test } from 'vitest';
import { findReservedClaim } from '../../../src/local-clerk/tokens/reserved-claims.ts';

test.each(['azp', 'exp', 'iat', 'iss', 'jti', 'nbf', 'sub', 'sid', 'o', 'sts', 'v', 'pla', 'fea'])(
  '%s is reserved',
  (claim) => {
    expect(findReservedClaim({ first: 1, [claim]: 1 })).toBe(claim);
  },
);

test.each([{}, { aud: 1, uid: 1, act: 1 }, { Sub: 1 }, { inner: { sub: 1 } }])('%j is free', (claims) => {
  expect(findReservedClaim(claims)).toBeUndefined();
});
