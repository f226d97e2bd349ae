import { describe, expect, test } from 'vitest';
import { isJoseHeader, readJoseHeader } from '../../src/auth/jose-header.ts';
import { createForge } from '../support/tokens.ts';

const header = { alg: 'RS256', typ: 'JWT', kid: 'ins_1', cat: 'cl_x' };
const oddValues: unknown[] = [null, 5, true, [], ['RS256'], {}, { toString: 1 }];

describe('a JOSE header', () => {
  test.each([header, {}, { alg: 'none' }, { ...header, crit: ['exp'] }])('may be %j', (value) => {
    expect(isJoseHeader(value)).toBe(true);
  });

  test.each([undefined, null, 'text', 5, [], [header]])('is not %j', (value) => {
    expect(isJoseHeader(value)).toBe(false);
  });

  test.each(['alg', 'typ', 'cat', 'kid'])('A22 has text as its %s', (field) => {
    for (const value of oddValues) expect(isJoseHeader({ ...header, [field]: value })).toBe(false);
  });
});

describe('the JOSE header of a token', () => {
  const forge = createForge();

  test('is read without verification', () => {
    expect(readJoseHeader(forge.compact(header, {}, 'nothing'))).toMatchObject(header);
  });

  test.each(['', 'garbage', 'a.b', 'a.b.c', '..', 'bnVsbA.e30.AAAA'])('is unreadable in %j', (token) => {
    expect(readJoseHeader(token)).toBeUndefined();
  });

  test('A22 is unreadable where a field is not text', () => {
    for (const kid of oddValues)
      expect(readJoseHeader(forge.compact({ ...header, kid }, {}))).toBeUndefined();
  });
});
