/** A decoded compact JWS (RFC 7515, section 7.1). It is not verified. */
export interface CompactJws {
  readonly header: unknown;
  readonly payload: unknown;
  /** Returns whether the signature is valid as RS256 with a key. @param pem - an RSA public key */
  isSignedBy(pem: string): boolean;
}

/**
 * Decodes a compact JWS whose header and payload are JSON. Each part must be canonical base64url, and the JSON must be UTF-8.
 *
 * @returns `undefined` for any other text, including text that a more tolerant decoder would accept
 */
export type ReadCompactJws = (text: string) => CompactJws | undefined;
