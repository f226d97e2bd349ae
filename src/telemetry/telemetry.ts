import type { ClerkCallEvent, MintEvent, RequestEvent, RevocationEvent } from './events.ts';
import type { Readings } from './readings.ts';
import type { Tracing } from './tracing.ts';

/**
 * Records the events of a gateway as metrics and traces. `mintgate/opentelemetry` makes one. Errors of its methods are ignored. Its parts
 * may change with any release: make your own from the channels of `node:diagnostics_channel` instead.
 */
export interface Telemetry extends Tracing {
  /**
   * Starts to observe a gateway.
   *
   * @param gateway - the id of the gateway in this process
   * @param read - returns the state of the gateway; to be called at each collection
   * @returns a function that ends it
   */
  observe(gateway: string, read: () => Readings): () => void;
  /** Records an answered HTTP request. */
  recordRequest(event: RequestEvent): void;
  /** Records a mint. */
  recordMint(event: MintEvent): void;
  /** Records how long a mint waited for the budget, in milliseconds. */
  recordQueueWait(milliseconds: number): void;
  /** Records a call to Clerk's Backend API. */
  recordClerkCall(event: ClerkCallEvent): void;
  /** Records a revocation. */
  recordRevocation(event: RevocationEvent): void;
}
