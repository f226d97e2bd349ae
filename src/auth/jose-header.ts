/** The fields of a JOSE header that decide something here or in Clerk's SDK (RFC 7515, section 4.1). */
export interface JoseHeader {
  readonly alg?: string;
  readonly typ?: string;
  /** The category of the token, by which Clerk tells its own apart. */
  readonly cat?: string;
  readonly kid?: string;
}

const textFields = ['alg', 'typ', 'cat', 'kid'] as const;

/**
 * Whether a decoded value is a JOSE header whose fields can be read.
 *
 * @returns false where one of the fields is there and is not text: Clerk's SDK throws at some of them, and compares others loosely
 */
export function isJoseHeader(value: unknown): value is JoseHeader {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const header = value as Readonly<Record<string, unknown>>;
  return textFields.every((field) => header[field] === undefined || typeof header[field] === 'string');
}
