import { type CompactJWSHeaderParameters, CompactSign, type CryptoKey, type KeyObject } from 'jose';

/** Signs claims as a JWT. Unlike `SignJWT` of jose, it accepts claims of any form, such as a text as `exp`. */
export function signJwt(
  claims: object,
  header: CompactJWSHeaderParameters,
  key: CryptoKey | KeyObject,
): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ typ: 'JWT', ...header })
    .sign(key);
}
