import { isDeepStrictEqual } from 'node:util';
import { ConfigurationError } from '../../config/configuration-error.ts';
import { type EnvironmentSettings, restartVariables, variableOf } from '../../config/environment.ts';
import type { Settings } from '../../config/parse-options.ts';
import type { Gateway, GatewayOptions } from '../../index.ts';
import { describeError } from '../../logging/describe-error.ts';
import type { GatewayLogger } from '../../logging/logger.ts';
import {
  type Configuration,
  completeOptions,
  readConfiguration,
} from '../configuration/read-configuration.ts';

interface ReloadSettingsOptions {
  gateway: Pick<Gateway, 'reload'>;
  /** The folder of the configuration. */
  folder: string;
  /** The configuration with which the process has started. */
  started: Configuration;
  logger: GatewayLogger;
  /** Options that come from no file, and that a config file may replace. */
  fixed: Pick<GatewayOptions, 'logger' | 'telemetry'>;
  /** Changes the level of the logger. */
  setLogLevel: (level: EnvironmentSettings['logLevel']) => void;
  /** Called with the files that the settings came from, after each reload that took effect. */
  onFiles: (files: readonly string[]) => void;
}

/**
 * Creates the function that reads the configuration of `serve` again and applies it. A configuration that cannot be used is logged, and
 * changes nothing. The function never rejects.
 *
 * @returns a function that takes the cause of the reload, for the log
 */
export function createReloadSettings(options: ReloadSettingsOptions): (cause: string) => Promise<void> {
  const { gateway, folder, started, logger, fixed, setLogLevel, onFiles } = options;
  const { settings: startedWith } = completeOptions({ ...fixed, ...started.options }, started);
  let present = startedWith;
  return async (cause) => {
    let configuration = started;
    let settings = present;
    try {
      const needRestart = await gateway.reload(async () => {
        configuration = await readConfiguration(folder);
        requireSameFile(started, configuration);
        const complete = completeOptions({ ...fixed, ...configuration.options }, configuration);
        settings = complete.settings;
        return complete.options;
      });
      const { environment, files, warnings } = configuration;
      for (const warning of warnings) logger.warn(warning);
      setLogLevel(environment.logLevel);
      onFiles(files);
      const changed = changedOptions(present, settings).map(nameOf);
      present = settings;
      const restart = [...needRestart.map(nameOf), ...restartVariables(started.environment, environment)];
      logger.info({ cause, changed, ...remarks(configuration, restart) }, 'settings reloaded');
    } catch (error) {
      logger.error({ cause, ...describeProblem(error) }, 'settings not reloaded: nothing has changed');
    }
  };
}

// A file that is gone would otherwise mean: no policies.
function requireSameFile({ configFile: before }: Configuration, { configFile: now }: Configuration): void {
  if (before === now) return;
  throw new ConfigurationError([
    before === undefined
      ? `${now}: there was no config file when this process started: restart it to use the file`
      : `${before}: the config file is gone: put it back, or restart to run without it`,
  ]);
}

/** Returns the names of the options that differ. Functions are other ones each time that a config file is loaded, so they count as changed. */
function changedOptions(before: Settings, now: Settings): string[] {
  const names = Object.keys(now) as (keyof Settings)[];
  return names.filter((name) => !isDeepStrictEqual(before[name], now[name]));
}

/** Returns the environment variable that sets an option, which operators know; the option where there is none. */
function nameOf(option: string): string {
  return variableOf(option)?.name ?? option;
}

/** Returns what a reload has left as it was, for the log. */
function remarks({ imports }: Configuration, needRestart: readonly string[]): object {
  return {
    ...(needRestart.length > 0 ? { needRestart } : {}),
    ...(imports.length > 0 ? { notLoadedAgain: imports } : {}),
  };
}

function describeProblem(error: unknown): object {
  return error instanceof ConfigurationError ? { problems: error.problems } : describeError(error);
}
