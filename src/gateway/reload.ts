import type { GatewayOptions } from '../config/options.ts';
import type { Settings } from '../config/parse-options.ts';
import type { ReloadCounts } from '../mint/stats.ts';
import { withTimeout } from '../time/with-timeout.ts';
import { keepUntilRestart } from './keep-until-restart.ts';

/** New options, or a function that reads them. */
export type ReloadSource = GatewayOptions | (() => GatewayOptions | Promise<GatewayOptions>);

interface ReloadOptions {
  /** Returns the present settings. */
  present: () => Settings;
  /** Checks and applies new settings: all of them, or none. @throws TypeError for settings that cannot be used here */
  apply: (settings: Settings) => void;
  /** Returns whether the gateway has been disposed. */
  isDisposed: () => boolean;
  counts: ReloadCounts;
}

/** Longest time in which a function must have read the options, in milliseconds: later reloads wait for it. */
const readWithinMs = 60_000;

// As a promise, also where the function throws.
async function read(source: () => GatewayOptions | Promise<GatewayOptions>): Promise<GatewayOptions> {
  const tooLate = () =>
    new Error('the options were not read within 60 s, or their function has called reload');
  return withTimeout(Promise.resolve(source()), readWithinMs, tooLate);
}

/** Creates the function `reload` of a gateway. Reloads run one after the other. */
export function createReload({ present, apply, isDisposed, counts }: ReloadOptions) {
  let latest: Promise<unknown> = Promise.resolve();

  async function reload(source: ReloadSource): Promise<readonly string[]> {
    try {
      const options = typeof source === 'function' ? await read(source) : source;
      if (isDisposed()) throw new Error('the gateway has been disposed: it cannot be reloaded');
      const { settings, needRestart } = keepUntilRestart(present(), options);
      apply(settings);
      counts.applied += 1;
      return needRestart;
    } catch (error) {
      counts.refused += 1;
      throw error;
    }
  }

  return (source: ReloadSource): Promise<readonly string[]> => {
    const result = latest.then(() => reload(source));
    latest = result.catch(() => {});
    return result;
  };
}
