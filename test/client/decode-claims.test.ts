import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeClaims } from '../../src/client/decode-claims.ts';
import { TokenError } from '../../src/client/index.ts';

/** Returns a token with a payload, without a valid signature. */
const tokenOf = (payload: string | Uint8Array) =>
  `head.${Buffer.from(payload).toString('base64url')}.unsigned`;

describe('decodeClaims', () => {
  test('returns the claims of a token, with characters of every length in UTF-8', () => {
    const claims = { sub: 'user_ada', name: 'Zoë ÿþ 日本 🙂 >>>???', nested: { list: [1, null, true] } };
    expect(decodeClaims(tokenOf(JSON.stringify(claims)))).toEqual(claims);
  });

  test('returns any claims, as JSON.parse does', () => {
    const texts = fc
      .dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue())
      .map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(texts, (text) => {
        expect(decodeClaims(tokenOf(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  test('changes no prototype', () => {
    const claims = decodeClaims(tokenOf('{"__proto__":{"admin":true}}'));
    expect(Object.getPrototypeOf(claims)).toBe(Object.prototype);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  test.each([
    ['an empty text', ''],
    ['a text without dots', 'opaque'],
    ['an empty payload', 'a..c'],
    ['a payload that is not base64url', 'a.%.c'],
    ['a payload that is not JSON', tokenOf('secret claims')],
    ['null', tokenOf('null')],
    ['an array', tokenOf('["secret"]')],
    ['a text', tokenOf('"secret"')],
    ['a malformed character', tokenOf(Uint8Array.of(0x7b, 0x22, 0xc3, 0x22, 0x7d))],
    ['half of a surrogate pair', tokenOf(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22))],
  ])('refuses %s, with an error that contains nothing of it', (_what, text) => {
    const error = thrownBy(() => decodeClaims(text));
    expect(error).toBeInstanceOf(TokenError);
    expect(error).toMatchObject({ code: 'NETWORK_ERROR' });
    expect(error).not.toHaveProperty('cause');
    expect(String(error)).toBe('TokenError: The token has no readable claims: check the URL of the gateway.');
  });
});

function thrownBy(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
