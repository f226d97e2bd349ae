import { decodeJwt } from '@clerk/backend/jwt';
import { isRecord } from '../json/is-record.ts';

/** The fields of a JOSE header that are used here or in Clerk's SDK (RFC 7515, section 4.1). */
export interface JoseHeader {
  readonly alg?: string;
  readonly typ?: string;
  /** The category of the token. Clerk's session, template and machine tokens have different ones. */
  readonly cat?: string;
  readonly kid?: string;
}

const textFields = ['alg', 'typ', 'cat', 'kid'] as const;

/**
 * Returns whether a decoded value is a JOSE header.
 *
 * @returns `false` where one of the fields is not text: Clerk's SDK throws on some of them, and compares others loosely
 */
export function isJoseHeader(value: unknown): value is JoseHeader {
  return (
    isRecord(value) &&
    textFields.every((field) => value[field] === undefined || typeof value[field] === 'string')
  );
}

/** Decodes the JOSE header of a token as Clerk's SDK does, without verifying it. @returns `undefined` where it is unreadable */
export function readJoseHeader(token: string): JoseHeader | undefined {
  try {
    const header: unknown = decodeJwt(token).header;
    return isJoseHeader(header) ? header : undefined;
  } catch {
    return undefined;
  }
}
