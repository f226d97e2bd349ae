import { decodeJwt } from 'jose';
import type { MintedToken } from '../../../src/mint/minted-token.ts';
import {
  type Asked,
  type Called,
  clockWasSet,
  concerns,
  type History,
  isRefused,
  type TakenBack,
} from './history.ts';
import type { TokenClaims } from './meaning.ts';
import { mayMint, policyOf } from './world.ts';

/** Seconds from `iat` after which a token is not returned even while Clerk fails. */
export const maxStaleAge = 300;
/** How long the negative cache refuses an ended session, in milliseconds. */
const refusedFor = 10_000;

/** The oldest flight that gets followers, in milliseconds. */
const joinableFor = 3_000;

export interface RulesOfTokensOptions {
  history: History;
  /** Tells whether Clerk has failed while this request waited. */
  wasFailing: (asked: Asked) => boolean;
  /** Tells whether a call for this key has failed since. */
  failedSince: (key: string, since: number) => boolean;
  /** Tells whether a limit of the gateway may be reached, which allows stale-if-error while Clerk works. */
  isTight: boolean;
}

/** Checks the token of an answer at the moment of the answer. */
export function createRulesOfTokens({ history, wasFailing, failedSince, isTight }: RulesOfTokensOptions) {
  const { called, takenBack } = history;
  const mintOf = (jwt: string) =>
    called.find(({ answer }) => answer && 'jwt' in answer.meaning && answer.meaning.jwt === jwt);

  return (asked: Asked, { jwt, issuedAt, expiresAt }: MintedToken): void => {
    const claims = decodeJwt(jwt) as unknown as TokenClaims;
    const policy = policyOf(asked.template);
    const { caller, template } = asked;
    const now = Date.now() / 1000;
    const mint = mintOf(jwt);
    const must = (rule: string, holds: boolean) => {
      if (!holds) history.break(rule, { asked, claims, mint, now, at: performance.now() });
    };

    must(
      'a token is what Clerk minted',
      mint !== undefined && claims.iat === issuedAt && claims.exp === expiresAt,
    );
    if (mint?.answer === undefined) return;
    must('a token is alive when it is handed out', claims.exp > now);
    must("a token is the caller's", mint.sessionId === caller.sessionId && claims.sub === caller.userId);
    must('a token is of the template that was asked for', mint.template === template);
    must('a token is of the lifetime that was asked for', mint.lifetime === policy.lifetime);
    must(
      'a token lives no longer than its policy allows',
      claims.exp - claims.iat <= (policy.maxLifetime ?? 3_600),
    );
    must('a token is minted for the same claims', mint.by.key === asked.key);
    must('the policy lets the caller through', mayMint(caller, template));
    must(
      "a token is of the caller's organization",
      policy.organizationClaim === undefined || claims.org === caller.organizationId,
    );
    must('a caller who was revoked gets nothing', !isRefused(history, caller));
    must('a session that is over gets nothing for 10 s', !hasEnded(asked));
    must('a fresh token is minted after it was asked for', !asked.fresh || mint.order > asked.order);
    must('without a cache each request has its own mint', policy.cache !== false || mint.by === asked);
    const isHeld = mint.answer.order < asked.order;
    must(
      'nothing is handed out that was taken back',
      !isTakenBack(asked, mint, isHeld ? claims.iat : undefined),
    );
    if (!isHeld) {
      // A request whose own flight failed may find a token that an older flight stored meanwhile.
      const mayBeOlder = mint.by === asked || asked.at - mint.by.at < joinableFor;
      must('a flight is joined only while it is young', mayBeOlder || failedSince(asked.key, asked.at));
      return;
    }
    const { usable, stale } = windowsOf(claims, policy.maxCacheAge);
    must('a held token is not handed out too old', now < stale && now >= claims.iat - 5);
    must('an old token is handed out only while Clerk fails', now < usable || isTight || wasFailing(asked));
    must('a newer token is not replaced by an older one', !newerThan(asked, mint, claims.iat));
  };

  /** Clerk has said that the session has ended, within the time of the negative cache. */
  function hasEnded(asked: Asked): boolean {
    return called.some(({ sessionId, answer }) => {
      if (sessionId !== asked.caller.sessionId || answer?.meaning.kind !== 'session-ended') return false;
      if (answer.order > asked.order || clockWasSet(history, answer.order)) return false;
      return asked.at - answer.at < refusedFor;
    });
  }

  /** @param iat - of a held token */
  function isTakenBack(asked: Asked, mint: Called, iat = Number.POSITIVE_INFINITY): boolean {
    // An event at the moment of the answer may come before or after it.
    const isKnown = (one: TakenBack) => one.order < asked.order || one.learnedAt < performance.now();
    return takenBack.some(
      (one) =>
        isKnown(one) &&
        concerns(one, asked.caller) &&
        (mint.order < one.order || (one.order < asked.order && iat <= one.at)),
    );
  }

  function newerThan(asked: Asked, mint: Called, iat: number): Called | undefined {
    return called.find((call) => {
      const { by, answer } = call;
      if (by.key !== asked.key || answer?.meaning.kind !== 'token' || answer.order > asked.order)
        return false;
      const other = answer.meaning.claims.iat;
      if (other < iat || (other === iat && call.order <= mint.order)) return false;
      // A revoked token was not kept, and that of an unknown template was dropped.
      if (takenBack.some((one) => concerns(one, by.caller) && (one.order > by.order || one.at >= other)))
        return false;
      return !called.some((one) => one.by.key === by.key && one.answer?.meaning.kind === 'template-unknown');
    });
  }
}

/** Returns until when a held token is served, and until when with stale-if-error, in seconds since the epoch. */
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
