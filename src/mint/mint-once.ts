import { GraphQLError } from 'graphql';
import type { GetToken } from '../clerk/get-token.ts';
import type { KeyVerdict } from '../clerk/secret-key-health.ts';
import { discarded, fromClerkFailure, type MintFailure } from './mint-failure.ts';
import { failed, type TokenResult } from './mint-result.ts';
import { decodeMintedToken, findFaultOfNew, type MintedToken } from './minted-token.ts';
import type { MintSubject } from './token-request.ts';

/** Mints one token with one call to Clerk, and checks it. Never rejects. Has no timeout. */
export type MintOnce = (subject: MintSubject) => Promise<TokenResult>;

interface MintOnceOptions {
  getToken: GetToken;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Receives whether Clerk accepts the gateway's secret key, where the answer shows it. */
  onKeyVerdict: (verdict: KeyVerdict) => void;
}

/** Creates the function that calls Clerk, then decodes and checks its answer. */
export function createMintOnce({ getToken, now, onKeyVerdict }: MintOnceOptions): MintOnce {
  return async ({ caller, template, policy }) => {
    const answer = await getToken({ sessionId: caller.sessionId, template, lifetime: policy.lifetime });
    if (answer.kind === 'failure') {
      const { failure } = answer;
      if (failure.kind === 'key-refused') onKeyVerdict('refused');
      else if (failure.hasClerkBody) onKeyVerdict('accepted');
      return failed(fromClerkFailure(failure));
    }
    const token = decode(answer.jwt, now());
    // A proxy can answer 200 too: only a usable token shows that Clerk has accepted the key.
    if (token instanceof GraphQLError) return failed(unusable(token));
    onKeyVerdict('accepted');
    const fault = findFaultOfNew(token, caller, policy);
    return fault ? failed(discarded(fault)) : { kind: 'token', token, source: 'clerk' };
  };
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
