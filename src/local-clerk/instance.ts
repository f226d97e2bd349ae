import type { Clock } from './clock.ts';
import type { Store } from './store/store.ts';
import type { SigningKeys } from './tokens/signing-keys.ts';

/** The state of one local Clerk, which routes and token builders work on. */
export interface Instance {
  /** Users, sessions and the rest; replaced as a whole when the data are replaced. */
  store: Store;
  readonly keys: SigningKeys;
  readonly clock: Clock;
  /** The key that requests must carry. */
  readonly secretKey: string;
  /** `iss` of every token; empty until the server listens. */
  issuer: string;
  /** The host of the Frontend API, which the publishable key encodes; empty until the server listens. */
  frontendApi: string;
}
