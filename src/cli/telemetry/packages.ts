import { ConfigurationError } from '../../config/configuration-error.ts';

/** OpenTelemetry's packages that `serve` needs, with the versions that are tested. They are not installed with Mintgate. */
const versions = {
  '@opentelemetry/api': '1.10.0',
  '@opentelemetry/context-async-hooks': '3.1.0',
  '@opentelemetry/core': '3.1.0',
  '@opentelemetry/exporter-metrics-otlp-proto': '0.301.0',
  '@opentelemetry/exporter-prometheus': '0.301.0',
  '@opentelemetry/exporter-trace-otlp-proto': '0.301.0',
  '@opentelemetry/resources': '3.1.0',
  '@opentelemetry/sdk-metrics': '3.1.0',
  '@opentelemetry/sdk-trace': '3.1.0',
} as const;

/** The packages, as `npm install` takes them. */
export const telemetryPackages: readonly string[] = Object.entries(versions).map((entry) => entry.join('@'));

/**
 * Loads modules of OpenTelemetry.
 *
 * @param setting - the setting that needs them, for the error
 * @param load - imports them
 * @throws ConfigurationError with the line that installs all packages, when one is missing
 */
export async function loadPackages<T>(setting: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new ConfigurationError([
      `${setting}: OpenTelemetry's packages are not installed: run npm install ${telemetryPackages.join(' ')}`,
    ]);
  }
}
