import type { Logger } from 'pino';
import type { Gateway, GatewayOptions } from '../../index.ts';
import type { Configuration } from '../configuration/read-configuration.ts';
import { createReloadSettings } from './reload-settings.ts';
import type { listenForSighup } from './sighup.ts';
import { watchFiles } from './watch-files.ts';

interface ReloadOnRequestOptions {
  gateway: Pick<Gateway, 'reload'>;
  logger: Logger;
  /** The configuration with which the process has started. */
  configuration: Configuration;
  /** Options that come from no file. */
  fixed: Pick<GatewayOptions, 'logger' | 'telemetry'>;
  /** Sets what a SIGHUP does. */
  setOnSighup: ReturnType<typeof listenForSighup>;
}

/** Reloads the settings on SIGHUP and, with `MINTGATE_WATCH=true`, when one of their files changes. */
export function reloadOnRequest({
  gateway,
  logger,
  configuration,
  fixed,
  setOnSighup,
}: ReloadOnRequestOptions): void {
  const watch = watchFiles(() => void reload('a file has changed'));
  const onFiles = (files: readonly string[]) => {
    if (configuration.environment.watch) watch.replace(files);
  };
  const reload = createReloadSettings({
    ...{ gateway, logger, fixed, onFiles, folder: process.cwd(), started: configuration },
    setLogLevel(level) {
      logger.level = level;
    },
  });
  onFiles(configuration.files);
  setOnSighup(() => void reload('SIGHUP'));
}
