import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { ConfigurationError } from '../../config/configuration-error.ts';
import { type EnvironmentSettings, restartVariables, variableOf } from '../../config/environment.ts';
import type { Settings } from '../../config/parse-options.ts';
import type { Gateway, GatewayOptions } from '../../index.ts';
import { describeError } from '../../logging/describe-error.ts';
import type { GatewayLogger } from '../../logging/logger.ts';
import { rememberDotEnv } from '../configuration/dot-env.ts';
import {
  type Configuration,
  completeOptions,
  readConfiguration,
} from '../configuration/read-configuration.ts';

/** The longest time to read the configuration, in milliseconds. */
const maxWaitMs = 30_000;
/** The shortest time from the end of one reload to the next, in milliseconds. */
const pauseMs = 200;

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
  /**
   * Called after each reload with the files to watch: those of the present settings, and those that a refused reload has tried to read.
   */
  onFiles: (files: readonly string[]) => void;
}

/** What the settings of `serve` are, between reloads. */
interface ReloadState {
  readonly options: ReloadSettingsOptions;
  /** The configuration that is in effect. */
  configuration: Configuration;
  /** Its settings. */
  settings: Settings;
}

/**
 * Creates the function that reads the configuration of `serve` again and applies it. A configuration that cannot be used is logged, and
 * changes nothing. The function never rejects. Calls during a reload, and shortly
 * after it, together cause one more, which sees every change before them.
 *
 * @returns a function that takes the cause of the reload, for the log
 */
export function createReloadSettings(options: ReloadSettingsOptions): (cause: string) => Promise<void> {
  const { started, fixed } = options;
  const { settings } = completeOptions({ ...fixed, ...started.options }, started);
  const state: ReloadState = { options, configuration: started, settings };
  return oneWaiting((cause) => reloadSettings(state, cause));
}

/**
 * Runs a function that never rejects once at a time, with a pause between two runs. Calls meanwhile share the next run, which has the
 * argument of the first.
 */
function oneWaiting(run: (cause: string) => Promise<void>): (cause: string) => Promise<void> {
  let running: Promise<void> | undefined;
  let waiting: Promise<void> | undefined;
  const start = (cause: string) => {
    waiting = undefined;
    const result = run(cause);
    running = result.then(async () => {
      await sleep(pauseMs, undefined, { ref: false });
      running = undefined;
    });
    return result;
  };
  return (cause) => {
    if (waiting !== undefined) return waiting;
    if (running === undefined) return start(cause);
    waiting = running.then(() => start(cause));
    return waiting;
  };
}

async function reloadSettings(state: ReloadState, cause: string): Promise<void> {
  const { started, logger, onFiles, setLogLevel } = state.options;
  const tried = new Set(state.configuration.files);
  try {
    const { configuration, settings, needRestart } = await readAndApply(state, (file) => tried.add(file));
    const changed = changedOptions(state.settings, settings).map(nameOf);
    Object.assign(state, { configuration, settings });
    const { environment, files, warnings } = configuration;
    for (const warning of warnings) logger.warn(warning);
    setLogLevel(environment.logLevel);
    onFiles(files);
    const restart = [...needRestart.map(nameOf), ...restartVariables(started.environment, environment)];
    logger.info({ cause, changed, ...remarks(configuration, restart) }, 'settings reloaded');
  } catch (error) {
    onFiles([...tried]);
    logger.error({ cause, ...describeProblem(error) }, 'settings not reloaded: nothing has changed');
  }
}

/** Reads the configuration, and gives it to the gateway. If one of them refuses it, the variables of `.env` are as before. */
async function readAndApply(state: ReloadState, onFile: (file: string) => void) {
  const { gateway, folder, fixed } = state.options;
  const restoreDotEnv = rememberDotEnv();
  let { configuration, settings } = state;
  try {
    const needRestart = await gateway.reload(async () => {
      configuration = await readInTime(folder, onFile);
      requireSameFiles(state.configuration, configuration);
      const complete = completeOptions({ ...fixed, ...configuration.options }, configuration);
      settings = complete.settings;
      return complete.options;
    });
    return { configuration, settings, needRestart };
  } catch (error) {
    restoreDotEnv();
    throw error;
  }
}

/** Reads the configuration, unless its config file waits for ever. */
async function readInTime(folder: string, onFile: (file: string) => void): Promise<Configuration> {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    const problem = `the config file is not loaded after ${maxWaitMs / 1000} s: expected each \`await\` in it to end`;
    controller.abort(new ConfigurationError([problem]));
  }, maxWaitMs);
  try {
    return await readConfiguration(folder, { signal: controller.signal, onFile });
  } finally {
    clearTimeout(timer);
  }
}

// A file that is gone would otherwise mean: no policies, or fewer requirements.
function requireSameFiles(before: Configuration, now: Configuration): void {
  if (before.dotEnv && !now.dotEnv) {
    throw new ConfigurationError(['.env: the file is gone: put it back, or restart to run without it']);
  }
  if (before.configFile === now.configFile) return;
  throw new ConfigurationError([
    before.configFile === undefined
      ? `${now.configFile}: there was no config file when this process started: restart it to use the file`
      : `${before.configFile}: the config file is gone: put it back, or restart to run without it`,
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
