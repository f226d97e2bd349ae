import { type ExecutionResult, GraphQLError } from 'graphql';
import { errorCode } from '../errors.ts';
import { fitsJsonBytes, jsonBytesOnce } from '../json/json-bytes.ts';
import type { MintedToken } from '../mint/minted-token.ts';
import { isPromise, type MaybePromise } from '../time/maybe-promise.ts';

/** Maximum size of all `jwt` and `claims` in one result, in bytes of JSON. */
const maxTokenBytes = 1_000_000;
/** Maximum size of the rest of one result, in bytes of JSON: names, ids, errors, the schema. */
const maxOtherBytes = 1_000_000;
/** Maximum number of failed fields in one result that each have their own error. */
const maxErrors = 50;

/** The size of one result so far. A result is a response, or one event of a subscription. */
export interface ResultUsage {
  /** Bytes of `jwt` and `claims`, as JSON. */
  tokenBytes: number;
  /** The first token. Its `jwt` and its `claims` are delivered once each, whatever their size. */
  firstToken: MintedToken | undefined;
  readonly firstFields: Set<TokenField>;
  failedFields: number;
  /** The error of all failed fields beyond `maxErrors`. */
  sharedError: GraphQLError | undefined;
  /** The error that replaces the result, once it has too many bytes of tokens. */
  refusal: GraphQLError | undefined;
}

type TokenField = 'jwt' | 'claims';

/** Creates the usage of an empty result. */
export function createResultUsage(): ResultUsage {
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
 * Adds a field of a token to the usage, before it is delivered.
 *
 * @throws `BAD_USER_INPUT` if the result has too many bytes of tokens
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

/** Resolves a field, and adds its failure to the usage. @throws the error of the field, or one that many fields share */
export function countingFailure<T>(usage: ResultUsage, resolve: () => MaybePromise<T>): MaybePromise<T> {
  const fail = (error: unknown): never => {
    throw countFailure(usage, error);
  };
  try {
    const result = resolve();
    return isPromise(result) ? result.catch(fail) : result;
  } catch (error) {
    return fail(error);
  }
}

/** Adds a failed field to the usage. @returns the error to throw: the given one, or one that many fields share */
function countFailure(usage: ResultUsage, error: unknown): unknown {
  usage.failedFields += 1;
  if (usage.failedFields <= maxErrors) return error;
  const message = `More than ${maxErrors} fields failed. This error stands for the others.`;
  usage.sharedError ??= resultError(errorCode(error), message);
  return usage.sharedError;
}

/**
 * Returns a result, or one error in its place if it is too large. Aliases, fragments and representations can repeat a field of a few
 * characters thousands of times, with names of any length.
 *
 * @param usage - `undefined` for a result without a context, such as that of an invalid document
 */
export function limitResult(result: ExecutionResult, usage: ResultUsage | undefined): ExecutionResult {
  if (usage?.refusal) return { errors: [usage.refusal] };
  // Many failed fields share one error.
  const limited = result.errors ? { ...result, errors: [...new Set(result.errors)] } : result;
  if (fitsJsonBytes(limited, maxOtherBytes + (usage?.tokenBytes ?? 0))) return limited;
  return { errors: [resultTooLarge()] };
}

function resultTooLarge(): GraphQLError {
  const message = 'The result is too large. Select fewer fields in one operation, and each token once.';
  return resultError('BAD_USER_INPUT', message);
}

// The path is empty, not absent: graphql-js would wrap an error without a path for each field that throws it.
function resultError(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { path: [], extensions: { code } });
}
