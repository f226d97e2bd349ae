// Formats of options that no text can express: code sets them, persisted documents also the config file.
import { z } from 'zod';
import type { PersistedDocuments } from '../http/documents/persisted-documents.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

const documentsError =
  'expected the persisted documents by their ids, such as sha256:..., as GraphQL Code Generator writes them into persisted-documents.json';

/** Documents by their ids. parseOptions checks whether they fit the graph, which is slow to load: `--help` needs only the table of options. */
export const persistedDocuments: z.ZodType<PersistedDocuments> = z
  .record(z.string().min(1, { error: documentsError }), z.string({ error: 'expected a GraphQL document' }), {
    error: documentsError,
  })
  .refine((documents) => Object.keys(documents).length > 0, { error: documentsError });

/** A logger with the methods of pino. */
export const logger = z.custom<GatewayLogger>(isLogger, {
  error: 'expected a logger with debug, info, warn and error, such as pino',
});

function isLogger(value: unknown): boolean {
  const { debug, info, warn, error } = (value ?? {}) as Partial<Record<keyof GatewayLogger, unknown>>;
  return [debug, info, warn, error].every((write) => typeof write === 'function');
}

/** The telemetry of the host. */
export const telemetry = z.custom<Telemetry>(isTelemetry, {
  error: "expected telemetry, such as openTelemetry() of 'mintgate/opentelemetry'",
});

function isTelemetry(value: unknown): boolean {
  const { observe, recordRequest } = (value ?? {}) as Partial<Record<keyof Telemetry, unknown>>;
  return typeof observe === 'function' && typeof recordRequest === 'function';
}
