import { z } from 'zod';
import { anyText, oneOf, trueOrFalse, wholeNumber } from './formats.ts';
import { defaulted, optional } from './setting.ts';
import { telemetryTable } from './telemetry-variables.ts';

/** The address on which each command listens, unless `HOST` or `--host` names another. */
export const defaultHosts = { serve: '0.0.0.0', dev: '127.0.0.1' } as const;

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** Every setting that only the command `mintgate` has. Each is set by an environment variable. */
export const commandTable = {
  persistedOnly: optional({
    ...anyText,
    variable: 'MINTGATE_PERSISTED_ONLY',
    // `true` or the path of a manifest.
    fromText: z.string().transform((text) => {
      if (text === 'false' || text === '0') return undefined;
      return text === '1' ? 'true' : text;
    }),
    description:
      'Execute persisted documents and nothing else: the path of their manifest, or `true` for the documents that come with Mintgate. Not for subgraphs.',
    defaultText: 'any document',
  }),
  logLevel: defaulted({
    ...oneOf(logLevels, 'expected debug, info, warn, error or silent'),
    variable: 'MINTGATE_LOG_LEVEL',
    description: 'Least severe level that is logged: `debug`, `info`, `warn`, `error` or `silent`.',
    default: 'info',
  }),
  configFile: optional({
    restart: 'always',
    ...anyText,
    variable: 'MINTGATE_CONFIG',
    description: 'Path of the config file.',
    defaultText: '`mintgate.config.ts`, `.mts`, `.js` or `.mjs`, when there is one',
  }),
  watch: defaulted({
    restart: 'always',
    ...trueOrFalse,
    variable: 'MINTGATE_WATCH',
    description:
      'Reload the settings of `serve` when one of their source files changes: config file, `.env`, persisted documents, files of secrets.',
    default: false,
  }),
  typesFile: optional({
    ...anyText,
    variable: 'MINTGATE_TYPES_FILE',
    description: 'Path of the file that `mintgate types` writes, and that `mintgate check` compares.',
    defaultText: '`mintgate.types.ts`, compared when it exists',
  }),
  port: defaulted({
    restart: 'always',
    ...wholeNumber({ unit: 'ports', least: 0, most: 65_535 }, 'expected a port from 0 to 65535'),
    variable: 'PORT',
    description: 'Port to listen on; `0` takes a free one.',
    default: 4000,
  }),
  host: optional({
    restart: 'always',
    ...anyText,
    variable: 'HOST',
    description: 'Address to listen on.',
    defaultText: `\`${defaultHosts.serve}\` for \`serve\`, \`${defaultHosts.dev}\` for \`dev\``,
  }),
  shutdownDelay: defaulted({
    restart: 'always',
    ...wholeNumber({ unit: 'milliseconds', least: 0, most: 60_000 }),
    variable: 'MINTGATE_SHUTDOWN_DELAY_MS',
    description:
      'How long `serve` keeps accepting requests after SIGTERM, while `/ready` answers 503, in milliseconds.',
    default: 2_000,
  }),
  ...telemetryTable,
};
