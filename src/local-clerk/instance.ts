import type { Clock } from './clock.ts';
import type { Store } from './store.ts';
import type { SigningKeys } from './tokens/signing-keys.ts';

/** What routes and token builders work on. */
export interface Instance {
  /** Exchanged as a whole when the data is replaced. */
  store: Store;
  readonly keys: SigningKeys;
  readonly clock: Clock;
  readonly secretKey: string;
  /** `iss` of every token; known once the server listens. */
  issuer: string;
  /** The host of the Frontend API, as the publishable key names it; known once the server listens. */
  frontendApi: string;
}
