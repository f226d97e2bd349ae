import type { GatewayOptions } from '../config/options.ts';
import { parseOptions, type Settings } from '../config/parse-options.ts';
import type { ReloadCounts } from '../mint/stats.ts';
import { keepUntilRestart } from './keep-until-restart.ts';

/** New options, or a function that reads them. */
export type ReloadSource = GatewayOptions | (() => GatewayOptions | Promise<GatewayOptions>);

interface ReloadOptions {
  /** Returns the present settings. */
  present: () => Settings;
  /** Checks and applies new settings: all of them, or none. @throws TypeError for settings that cannot be used here */
  apply: (settings: Settings) => void;
  counts: ReloadCounts;
}

/** Creates the function `reload` of a gateway. Reloads run one after the other. */
export function createReload({ present, apply, counts }: ReloadOptions) {
  let latest: Promise<unknown> = Promise.resolve();

  async function reload(source: ReloadSource): Promise<readonly string[]> {
    try {
      const options = parseOptions(typeof source === 'function' ? await source() : source);
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
