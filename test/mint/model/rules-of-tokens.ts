import { decodeJwt } from 'jose';
import type { MintedToken } from '../../../src/mint/minted-token.ts';
import {
  clockWasSet,
  concerns,
  type History,
  isRefused,
  type RecordedCall,
  type RecordedRequest,
  type RecordedRevocation,
} from './history.ts';
import type { TokenClaims } from './meaning.ts';
import { mayMint, policyOf } from './world.ts';

/** Seconds from `iat` after which a token is not returned even while Clerk fails. */
export const maxStaleAge = 300;
/** The time for which the negative cache refuses an ended session, in milliseconds. */
const refusedFor = 10_000;

/** The oldest flight that gets followers, in milliseconds. */
const joinableFor = 3_000;

export interface RulesOfTokensOptions {
  history: History;
  /** Returns whether Clerk has failed while this request waited. */
  wasFailing: (request: RecordedRequest) => boolean;
  /** Returns whether a call for this key has failed since. */
  failedSince: (key: string, since: number) => boolean;
  /** Returns whether a limit of the gateway may be reached, which allows stale-if-error while Clerk works. */
  isTight: boolean;
}

/** Checks the token of an answer at the moment of the answer. */
export function createRulesOfTokens({ history, wasFailing, failedSince, isTight }: RulesOfTokensOptions) {
  const { calls, revocations } = history;
  const mintOf = (jwt: string) =>
    calls.find(({ answer }) => answer && 'jwt' in answer.meaning && answer.meaning.jwt === jwt);

  return (request: RecordedRequest, { jwt, issuedAt, expiresAt }: MintedToken): void => {
    const claims = decodeJwt(jwt) as unknown as TokenClaims;
    const policy = policyOf(request.template);
    const { caller, template } = request;
    const now = Date.now() / 1000;
    const mint = mintOf(jwt);
    const must = (rule: string, holds: boolean) => {
      if (!holds) history.break(rule, { request, claims, mint, now, at: performance.now() });
    };

    must(
      'a token is what Clerk minted',
      mint !== undefined && claims.iat === issuedAt && claims.exp === expiresAt,
    );
    if (mint?.answer === undefined) return;
    must('a token has not expired when it is returned', claims.exp > now);
    must(
      'a token belongs to the caller',
      mint.sessionId === caller.sessionId && claims.sub === caller.userId,
    );
    must('a token is of the requested template', mint.template === template);
    must('a token has the requested lifetime', mint.lifetime === policy.lifetime);
    must(
      'a token lives no longer than its policy allows',
      claims.exp - claims.iat <= (policy.maxLifetime ?? 3_600),
    );
    must('a token is minted for the same claims', mint.by.key === request.key);
    must('the policy allows the caller', mayMint(caller, template));
    must(
      "a token is of the caller's organization",
      policy.organizationClaim === undefined || claims.org === caller.organizationId,
    );
    must('a revoked caller gets no token', !isRefused(history, caller));
    must('an ended session gets no token for 10 s', !hasEnded(request));
    must('a forced token is minted after its request', !request.fresh || mint.sequence > request.sequence);
    must('without a cache each request has its own mint', policy.cache !== false || mint.by === request);
    const isHeld = mint.answer.sequence < request.sequence;
    must('no revoked token is returned', !isRevoked(request, mint, isHeld ? claims.iat : undefined));
    if (!isHeld) {
      // A request whose own flight failed may find a token that an older flight stored meanwhile.
      const mayBeOlder = mint.by === request || request.at - mint.by.at < joinableFor;
      must('a flight is joined only while it is young', mayBeOlder || failedSince(request.key, request.at));
      return;
    }
    const { usable, stale } = windowsOf(claims, policy.maxCacheAge);
    must('a held token is not returned too late', now < stale && now >= claims.iat - 5);
    must('an old token is returned only while Clerk fails', now < usable || isTight || wasFailing(request));
    must('a newer token is not replaced by an older one', !newerThan(request, mint, claims.iat));
  };

  /** Returns whether Clerk has reported the end of the session, within the time of the negative cache. */
  function hasEnded(request: RecordedRequest): boolean {
    return calls.some(({ sessionId, answer }) => {
      if (sessionId !== request.caller.sessionId || answer?.meaning.kind !== 'session-ended') return false;
      if (answer.sequence > request.sequence || clockWasSet(history, answer.sequence)) return false;
      return request.at - answer.at < refusedFor;
    });
  }

  /** Returns whether a token was revoked. @param iat - the `iat` of a held token */
  function isRevoked(request: RecordedRequest, mint: RecordedCall, iat = Number.POSITIVE_INFINITY): boolean {
    // An event at the moment of the answer may come before or after it.
    const isKnown = (one: RecordedRevocation) =>
      one.sequence < request.sequence || one.learnedAt < performance.now();
    return revocations.some(
      (one) =>
        isKnown(one) &&
        concerns(one, request.caller) &&
        (mint.sequence < one.sequence || (one.sequence < request.sequence && iat <= one.at)),
    );
  }

  function newerThan(request: RecordedRequest, mint: RecordedCall, iat: number): RecordedCall | undefined {
    return calls.find((call) => {
      const { by, answer } = call;
      if (by.key !== request.key || answer?.meaning.kind !== 'token' || answer.sequence > request.sequence)
        return false;
      const other = answer.meaning.claims.iat;
      if (other < iat || (other === iat && call.sequence <= mint.sequence)) return false;
      // A revoked token was not kept, and that of an unknown template was dropped.
      if (
        revocations.some((one) => concerns(one, by.caller) && (one.sequence > by.sequence || one.at >= other))
      )
        return false;
      return !calls.some((one) => one.by.key === by.key && one.answer?.meaning.kind === 'template-unknown');
    });
  }
}

/** Returns the times until which a held token is served without and with stale-if-error, in seconds since the epoch. */
function windowsOf({ iat, exp }: TokenClaims, maxCacheAge = 60) {
  const life = exp - iat;
  const leastLeft = Math.min(Math.max(5, 0.1 * life), 0.25 * life);
  return {
    usable: Math.min(iat + Math.min(life, maxCacheAge), exp - leastLeft),
    stale: Math.max(
      Math.min(exp - 1, iat + maxStaleAge),
      Math.min(iat + Math.min(life, maxCacheAge), exp - leastLeft),
    ),
  };
}
