import { describe, expect, test } from 'vitest';
import { tokenHeader } from '../../src/subgraphs/subgraph-token.ts';

describe('tokenHeader', () => {
  test('is a Bearer token unless a header is named', () => {
    expect(tokenHeader({}, 'a.b.c')).toEqual(['authorization', 'Bearer a.b.c']);
    expect(tokenHeader({ header: 'authorization' }, 'a.b.c')).toEqual(['authorization', 'Bearer a.b.c']);
  });

  test('is the token alone in any other header', () => {
    expect(tokenHeader({ header: 'x-inventory-token' }, 'a.b.c')).toEqual(['x-inventory-token', 'a.b.c']);
  });
});
