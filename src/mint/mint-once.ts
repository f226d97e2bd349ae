import { GraphQLError } from 'graphql';
import type { ClerkFailure } from '../clerk/clerk-failure.ts';
import type { GetToken } from '../clerk/get-token.ts';
import type { AnswerVerdict, KeyedOutcome } from '../clerk/secret-keys.ts';
import { discarded, fromClerkFailure, type MintFailure } from './mint-failure.ts';
import { failed, type TokenResult } from './mint-result.ts';
import { decodeMintedToken, findFaultOfNew, type MintedToken } from './minted-token.ts';
import type { MintSubject } from './token-request.ts';

/** Mints one token with one call to Clerk, and checks it. Never rejects. Has no timeout. */
export type MintOnce = (subject: MintSubject) => Promise<TokenResult>;

interface MintOnceOptions {
  /** Runs an attempt with the minting key, and again with another key if Clerk refuses it. */
  callClerk: (attempt: (getToken: GetToken) => Promise<KeyedOutcome<TokenResult>>) => Promise<TokenResult>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Creates the function that calls Clerk, then decodes and checks its answer. */
export function createMintOnce({ callClerk, now }: MintOnceOptions): MintOnce {
  return (subject) => callClerk((getToken) => mintWith(getToken, subject, now));
}

async function mintWith(
  getToken: GetToken,
  { caller, template, policy }: MintSubject,
  now: () => number,
): Promise<KeyedOutcome<TokenResult>> {
  const answer = await getToken({ sessionId: caller.sessionId, template, lifetime: policy.lifetime });
  if (answer.kind === 'failure') {
    return { result: failed(fromClerkFailure(answer.failure)), verdict: verdictOf(answer.failure) };
  }
  const token = decode(answer.jwt, now());
  // A proxy can answer 200 too: only a usable token shows that Clerk has accepted the key.
  if (token instanceof GraphQLError) return { result: failed(unusable(token)), verdict: undefined };
  const fault = findFaultOfNew(token, caller, policy);
  const result = fault ? failed(discarded(fault)) : ({ kind: 'token', token, source: 'clerk' } as const);
  return { result, verdict: 'accepted' };
}

// Clerk answers a key of another instance, too: that its session does not exist. Only a token shows that the key is the right one.
function verdictOf({ kind, hasClerkBody }: ClerkFailure): AnswerVerdict | undefined {
  if (kind === 'key-refused') return 'refused';
  return hasClerkBody ? 'valid' : undefined;
}

/** Returns the token, or the error that says why the text is not a usable one. */
function decode(jwt: string, now: number): MintedToken | GraphQLError {
  try {
    return decodeMintedToken(jwt, now / 1000);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function unusable(error: GraphQLError): MintFailure {
  return { kind: 'unavailable', error };
}
