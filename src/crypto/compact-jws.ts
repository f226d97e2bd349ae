/** A compact JWS (RFC 7515, section 7.1), decoded. Nothing in it is trusted yet. */
export interface CompactJws {
  readonly header: unknown;
  readonly payload: unknown;
  /** Whether the signature is RS256 by a key. @param pem - an RSA public key */
  isSignedBy(pem: string): boolean;
}

/**
 * Decodes a compact JWS whose header and payload are JSON, each part in canonical base64url and UTF-8; `undefined` for anything else,
 * also for texts that a more tolerant decoder would accept.
 */
export type ReadCompactJws = (text: string) => CompactJws | undefined;
