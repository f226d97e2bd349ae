import { expect, test } from 'vitest';
import { logger, persistedDocuments, telemetry } from '../../src/config/code-formats.ts';
import { openTelemetry } from '../../src/opentelemetry.ts';

const errorOf = (schema: typeof logger | typeof persistedDocuments | typeof telemetry, value: unknown) =>
  schema.safeParse(value).error?.issues[0]?.message;

test('a logger has the four methods', () => {
  expect(errorOf(logger, console)).toBeUndefined();
  const { error: _none, ...incomplete } = { debug() {}, info() {}, warn() {}, error() {} };
  for (const value of [incomplete, {}, null, undefined, 'pino', 5])
    expect(errorOf(logger, value)).toMatch(/^expected a logger/);
});

test('telemetry is what openTelemetry() returns', () => {
  expect(errorOf(telemetry, openTelemetry())).toBeUndefined();
  for (const value of [openTelemetry, {}, null, undefined, true])
    expect(errorOf(telemetry, value)).toMatch(/^expected telemetry/);
});

test('persisted documents are texts by their ids, at least one', () => {
  expect(errorOf(persistedDocuments, { 'sha256:0': '{ session { id } }' })).toBeUndefined();
  for (const value of [{}, { '': '{ session { id } }' }, [], 'documents.json'])
    expect(errorOf(persistedDocuments, value)).toMatch(/^expected the persisted documents/);
  expect(errorOf(persistedDocuments, { a: 5 })).toBe('expected a GraphQL document');
});
