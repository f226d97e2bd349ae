import type { Authenticate } from '../auth/authenticate.ts';
import type { Caller } from '../auth/caller.ts';
import type { FindCaller } from '../auth/caller-cache.ts';
import type { Settings } from '../config/parse-options.ts';
import type { Policies } from '../mint/policy.ts';

/** The part of a generation that decides about callers and tokens. */
export interface Rules {
  readonly settings: Settings;
  readonly policies: Policies;
  readonly authentication: CallerAuthentication;
  /** Compares a text with the secrets of the router, in constant time. Every text is one where none is configured. */
  readonly isRouterSecret: (candidate: string) => boolean;
  /** Compares a text with the secrets of the coprocessor, in constant time. No text is one where none is configured. */
  readonly isCoprocessorSecret: (candidate: string) => boolean;
  /** The longest age at which a token may be returned, in seconds from its `iat`. */
  readonly longestAge: number;
}

/** Verifies callers by one set of settings. */
export interface CallerAuthentication {
  readonly authenticate: Authenticate;
  /** Undefined where the host authenticates. */
  readonly findCaller: FindCaller | undefined;
  /** Returns whether the authorized party of a verified caller is accepted. */
  readonly acceptsCaller: (caller: Caller) => boolean;
  /** Returns why callers cannot be verified now, or `undefined` when they can. */
  readonly notReadyReason: () => Promise<string | undefined>;
}
