import type { ClerkClient } from '@clerk/backend';
import type { Caller } from '../auth/caller.ts';
import { withDeadline } from '../deadline.ts';
import { gatewayError } from '../errors.ts';
import { type ClerkFailure, readClerkFailure } from './clerk-failure.ts';
import { decodeMintedToken, findFault, type MintedToken } from './minted-token.ts';
import type { ResolvedPolicy } from './policy.ts';

/** One token to be minted. */
export interface IssueRequest {
  caller: Caller;
  /** A name that `assertTemplateName` has let through. */
  template: string;
  policy: ResolvedPolicy;
  /** Whether the token must be minted after this request began. Without a cache across requests, every one is. */
  fresh: boolean;
  /** Called for each call that goes to Clerk on behalf of this request. */
  onMint: () => void;
}

/** What came of one request. */
export type Issued =
  | { readonly kind: 'token'; readonly token: MintedToken }
  | { readonly kind: 'failure'; readonly failure: ClerkFailure };

/** Gives a token that the caller may have: decoded, checked, and not yet handed out. Never rejects. */
export type Issue = (request: IssueRequest) => Promise<Issued>;

export interface IssuerOptions {
  sessions: Pick<ClerkClient['sessions'], 'getToken'>;
  /** How long one mint may take, in milliseconds. */
  deadline: number;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Told whether Clerk accepts the gateway's secret key, as each mint shows it. */
  onKeyVerdict: (verdict: 'accepted' | 'refused') => void;
}

/** The way to Clerk: `sessions.getToken` under a deadline, its answer decoded and checked, its errors read. */
export function createIssuer({ sessions, deadline, now, onKeyVerdict }: IssuerOptions): Issue {
  return async ({ caller, template, policy, onMint }) => {
    onMint();
    try {
      const call = sessions.getToken(caller.sessionId, template, policy.lifetime);
      const answer = await withDeadline(call, deadline, tooSlow);
      // With an unexpected content type the SDK resolves to a raw text instead of a Token.
      const jwt: unknown = (answer as { jwt?: unknown } | null | undefined)?.jwt;
      const token = decodeMintedToken(jwt, now() / 1000);
      onKeyVerdict('accepted');
      const fault = findFault(token, caller, policy);
      return fault === undefined
        ? { kind: 'token', token }
        : failed({ kind: 'discarded', error: fault, traceId: undefined });
    } catch (error) {
      const failure = readClerkFailure(error);
      if (failure.kind === 'key-refused') onKeyVerdict('refused');
      // Any other answer with Clerk's trace on it was given to a key that Clerk knows.
      else if (failure.traceId !== undefined) onKeyVerdict('accepted');
      return failed(failure);
    }
  };
}

function tooSlow() {
  return gatewayError('UPSTREAM_UNAVAILABLE', { reason: 'no answer within the deadline' });
}

function failed(failure: ClerkFailure): Issued {
  return { kind: 'failure', failure };
}
