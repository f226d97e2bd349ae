import { ConfigurationError } from '../../config/configuration-error.ts';
import { type EnvironmentSettings, restartVariables } from '../../config/environment.ts';
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
  return async (cause) => {
    let configuration = started;
    try {
      const needRestart = await gateway.reload(async () => {
        configuration = await readConfiguration(folder);
        requireSameFile(started, configuration);
        return completeOptions({ ...fixed, ...configuration.options }, configuration).options;
      });
      const { environment, files, warnings } = configuration;
      for (const warning of warnings) logger.warn(warning);
      setLogLevel(environment.logLevel);
      onFiles(files);
      const variables = restartVariables(started.environment, environment);
      logger.info({ cause, ...remarks(configuration, [...needRestart, ...variables]) }, 'settings reloaded');
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
