import type { ClerkClient } from '@clerk/backend';
import type { Caller } from '../auth/caller.ts';
import type { MintFailure } from '../mint/mint-failure.ts';
import { decodeMintedToken, findFaultOfNew, type MintedToken } from '../mint/minted-token.ts';
import type { ResolvedPolicy } from '../mint/policy.ts';
import { readClerkFailure } from './clerk-failure.ts';

/** What is to be minted. */
export interface Mint {
  caller: Caller;
  /** A name that `assertTemplateName` has let through. */
  template: string;
  policy: ResolvedPolicy;
}

/** What came of asking for a token. */
export type Issued = { readonly kind: 'token'; readonly token: MintedToken } | Failed;

/** What came of it where there is no token. */
export interface Failed {
  readonly kind: 'failure';
  readonly failure: MintFailure;
}

/** One call to Clerk, its answer decoded and checked. Never rejects; has no end of its own. */
export type ClerkCall = (mint: Mint) => Promise<Issued>;

export interface ClerkCallOptions {
  sessions: Pick<ClerkClient['sessions'], 'getToken'>;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Told whether Clerk accepts the gateway's secret key, as each mint shows it. */
  onKeyVerdict: (verdict: 'accepted' | 'refused') => void;
}

/** The way to Clerk: `sessions.getToken`, its answer decoded and checked, its errors read. */
export function createClerkCall({ sessions, now, onKeyVerdict }: ClerkCallOptions): ClerkCall {
  return async ({ caller, template, policy }) => {
    try {
      const answer = await sessions.getToken(caller.sessionId, template, policy.lifetime);
      // With an unexpected content type the SDK resolves to a raw text instead of a Token.
      const jwt: unknown = (answer as { jwt?: unknown } | null | undefined)?.jwt;
      const token = decodeMintedToken(jwt, now() / 1000);
      onKeyVerdict('accepted');
      const fault = findFaultOfNew(token, caller, policy);
      return fault === undefined
        ? { kind: 'token', token }
        : failed({ kind: 'discarded', error: fault, traceId: undefined });
    } catch (error) {
      const failure = readClerkFailure(error);
      if (failure.kind === 'key-refused') onKeyVerdict('refused');
      // Clerk gives any other answer to a key that it knows.
      else if (failure.clerkAnswered) onKeyVerdict('accepted');
      return failed(failure);
    }
  };
}

export function failed(failure: MintFailure): Failed {
  return { kind: 'failure', failure };
}
