import type { Clock } from './clock.ts';
import type { Store } from './store/store.ts';
import type { SigningKeys } from './tokens/signing-keys.ts';

/** The state of one local Clerk, for routes and token builders. */
export interface Instance {
  /** Users, sessions and other entries. `replaceData` replaces the whole store. */
  store: Store;
  readonly keys: SigningKeys;
  readonly clock: Clock;
  /** The keys of which requests must carry one. The controls change them. */
  secretKeys: readonly string[];
  /** The key of the start, which `reset` restores. */
  readonly initialSecretKey: string;
  /** `iss` of every token; empty until the server listens. */
  issuer: string;
  /** The host of the Frontend API, which the publishable key encodes; empty until the server listens. */
  frontendApi: string;
}
