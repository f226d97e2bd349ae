import { GraphQLError } from 'graphql';
import { errorCode } from '../errors.ts';
import { jsonBytesOnce } from '../json/json-bytes.ts';
import type { MintedToken } from '../mint/minted-token.ts';

/** Most bytes of `jwt` and `claims` in one result. */
const maxTokenBytes = 1_000_000;
/** Most failed fields of one result that have an error each. */
const maxErrors = 50;

/** The contents of one result so far. A result is a response, or one event of a subscription. */
export interface ResultUsage {
  /** Bytes of `jwt` and `claims`, as JSON. */
  tokenBytes: number;
  /** The first token. It is delivered whatever its size: `jwt` and `claims`, once each. */
  firstToken: MintedToken | undefined;
  readonly firstFields: Set<TokenField>;
  failedFields: number;
  /** The error of all failed fields beyond the first ones. */
  sharedError: GraphQLError | undefined;
  /** The error that replaces a result with too many bytes of tokens. */
  refusal: GraphQLError | undefined;
}

type TokenField = 'jwt' | 'claims';

/** The usage of a result that holds nothing yet. */
export function newResultUsage(): ResultUsage {
  return {
    tokenBytes: 0,
    firstToken: undefined,
    firstFields: new Set(),
    failedFields: 0,
    sharedError: undefined,
    refusal: undefined,
  };
}

/**
 * Counts a field that is about to be delivered.
 *
 * @throws `BAD_USER_INPUT` when the result holds too many bytes of tokens
 */
export function countTokenField(usage: ResultUsage, token: MintedToken, field: TokenField): void {
  if (usage.refusal) throw usage.refusal;
  usage.tokenBytes += field === 'jwt' ? token.jwt.length + 2 : jsonBytesOnce(token.claims);
  usage.firstToken ??= token;
  const isFirst = token === usage.firstToken && !usage.firstFields.has(field);
  if (isFirst) usage.firstFields.add(field);
  if (isFirst || usage.tokenBytes <= maxTokenBytes) return;
  usage.refusal = resultTooLarge();
  throw usage.refusal;
}

/** Counts a field that failed. @returns what it throws: its own error, or one that many fields share */
export function countFailure(usage: ResultUsage, error: unknown): unknown {
  usage.failedFields += 1;
  if (usage.failedFields <= maxErrors) return error;
  const message = `More than ${maxErrors} fields failed. This error stands for the others.`;
  usage.sharedError ??= errorOfResult(errorCode(error), message);
  return usage.sharedError;
}

/** The error that replaces a result which is too large. */
export function resultTooLarge(): GraphQLError {
  const message = 'The result is too large. Ask for fewer fields in one operation, and for each token once.';
  return errorOfResult('BAD_USER_INPUT', message);
}

// The path is empty, not absent: graphql-js would make an error with a path of its own for every field that throws this one.
function errorOfResult(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { path: [], extensions: { code } });
}
