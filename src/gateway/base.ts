import type { GatewayLogger } from '../logging/logger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Reporter } from '../telemetry/reporter.ts';
import type { Rules } from './rules.ts';

/** The dependencies that every part of a gateway shares. */
export interface Base {
  readonly runtime: Runtime;
  readonly log: GatewayLogger;
  readonly reporter: Reporter;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Returns the present rules. A part that outlives a reload reads the settings there, each time that it needs one. */
  readonly present: () => Rules;
}
