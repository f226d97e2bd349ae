import type { Caller } from '../auth/caller.ts';
import type { WaitUntil } from '../runtime/wait-until.ts';
import type { MintedToken } from './minted-token.ts';
import type { ResolvedPolicy } from './policy.ts';

/** How a token is obtained. */
export type TokenMode =
  /** From the cache, or minted where the cache has no usable token. */
  | 'cached'
  /** Minted after the request began; never from the cache. */
  | 'force'
  /** From the cache or minted, in place of the token in `held`. */
  | 'renew';

/** A way to ask for tokens other than GraphQL: the token exchange (`POST /token`), or the coprocessor of a router. */
export type TokenDoor = 'exchange' | 'coprocessor';

/** A request for one token of one caller. */
export interface TokenRequest {
  readonly caller: Caller;
  /** A name that `assertTemplateName` has accepted. */
  readonly template: string;
  readonly mode: TokenMode;
  /** With `renew`: the token to replace. It is returned again only where Clerk yields no other. */
  readonly held?: MintedToken;
  /** @default undefined (GraphQL) */
  readonly door?: TokenDoor | undefined;
  /** When the request arrived, on the monotonic clock in milliseconds. The deadline counts from then. */
  readonly startedAt: number;
  /** Called before each call to Clerk that this request causes. */
  readonly onMint: () => void;
  /** Keeps the runtime alive for work that the request does not wait for. @default undefined (the runtime does not stop the work) */
  readonly waitUntil?: WaitUntil | undefined;
}

/** A token request that its template's policy allows, with that policy. */
export interface AuthorizedRequest extends TokenRequest {
  readonly policy: ResolvedPolicy;
}

/** The part of a request that one call to Clerk needs. */
export type MintSubject = Pick<AuthorizedRequest, 'caller' | 'template' | 'policy'>;
