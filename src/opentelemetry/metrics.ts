import type { BatchObservableResult, Counter, Histogram, Meter, Observable } from '@opentelemetry/api';
import type { ClerkCallEvent, MintEvent, RequestEvent, RevocationEvent } from '../telemetry/events.ts';
import type { Readings } from '../telemetry/readings.ts';
import { attributesOf } from './attributes.ts';
import { type Batch, type BatchedHistogram, batchHistogram, createBatch } from './batched-histogram.ts';
import { combinedPoints } from './combined-points.ts';
import {
  type ObservedInstrument,
  observedInstruments,
  type RecordedInstrument,
  type RecordedName,
  recordedInstruments,
} from './instruments.ts';
import { type Memoized, memoize } from './memoize.ts';

type InstrumentOf<Kind> = Kind extends 'counter' ? Counter : Histogram;

/** The instruments of one meter, and the gateways that they observe. */
export interface Metrics {
  readonly recorded: {
    readonly [Name in RecordedName]: InstrumentOf<(typeof recordedInstruments)[Name]['kind']>;
  };
  /** Returns the state of each observed gateway, by its id. */
  readonly gateways: Map<string, () => Readings>;
  /** `http.server.request.duration`: the only instrument that each hit records. */
  readonly requestDurations: BatchedHistogram;
  readonly requestBatches: Memoized<RequestEvent, Batch>;
}

/** Creates all instruments of the tables. */
export function createMetrics(meter: Meter): Metrics {
  const gateways: Metrics['gateways'] = new Map();
  const observed = new Map<ObservedInstrument, Observable>(
    observedInstruments.map((instrument) => [instrument, createObserved(meter, instrument)]),
  );
  const recorded = createAllRecorded(meter);
  const requestDurations = batchHistogram(recorded.httpServerDuration);
  // The SDK calls it before it collects the other instruments.
  const onCollection = (result: BatchObservableResult) => {
    requestDurations.flush();
    collect(result, observed, gateways);
  };
  meter.addBatchObservableCallback(onCollection, [...observed.values()]);
  const requestBatches = memoize(['method', 'route', 'scheme', 'status'], batchOfRequest);
  return { recorded, gateways, requestDurations, requestBatches };
}

function createAllRecorded(meter: Meter): Metrics['recorded'] {
  const recorded = Object.entries<RecordedInstrument>(recordedInstruments).map(([name, instrument]) => [
    name,
    createRecorded(meter, instrument),
  ]);
  return Object.fromEntries(recorded) as Metrics['recorded'];
}

function createRecorded(meter: Meter, instrument: RecordedInstrument): Counter | Histogram {
  const { name, kind, unit, description, buckets = [] } = instrument;
  if (kind === 'counter') return meter.createCounter(name, { unit, description });
  return meter.createHistogram(name, {
    unit,
    description,
    advice: { explicitBucketBoundaries: [...buckets] },
  });
}

function createObserved(meter: Meter, { name, kind, unit, description }: ObservedInstrument): Observable {
  switch (kind) {
    case 'observable counter':
      return meter.createObservableCounter(name, { unit, description });
    case 'observable gauge':
      return meter.createObservableGauge(name, { unit, description });
    case 'observable up-down counter':
      return meter.createObservableUpDownCounter(name, { unit, description });
  }
}

function collect(
  result: BatchObservableResult,
  observed: ReadonlyMap<ObservedInstrument, Observable>,
  gateways: Metrics['gateways'],
): void {
  const readings = [...gateways.values()].map((read) => read());
  for (const [instrument, observable] of observed)
    for (const { value, attributes } of combinedPoints(instrument, readings))
      result.observe(observable, value, attributes);
}

/** Records an answered HTTP request, and its GraphQL operation if GraphQL Yoga has executed one. */
export function recordRequest(metrics: Metrics, event: RequestEvent): void {
  const { recorded, requestDurations, requestBatches } = metrics;
  const { durationMs, path, operationType } = event;
  requestDurations.record(durationMs / 1000, requestBatches.of(event));
  if (path !== 'yoga' || operationType === undefined) return;
  const operation = attributesOf({
    'graphql.operation.type': operationType,
    'graphql.operation.name': event.operationName,
    'error.type': event.code,
  });
  recorded.graphqlServerDuration.record(durationMs / 1000, operation);
}

function batchOfRequest({ method, route, scheme, status }: RequestEvent): Batch {
  const attributes = attributesOf({
    'http.request.method': method,
    'http.route': route,
    'http.response.status_code': status,
    'url.scheme': scheme,
    'error.type': status >= 500 ? String(status) : undefined,
  });
  return createBatch(attributes);
}

/** Records a mint: its outcome; and of a token the time until it expires, and the age of the one that it replaces. */
export function recordMint({ recorded }: Metrics, event: MintEvent): void {
  const { outcome, timeLeft, replacedAge } = event;
  const template = { 'mintgate.template': event.template };
  recorded.mints.add(1, { ...template, 'mintgate.mint.outcome': outcome });
  if (timeLeft !== undefined) recorded.tokenTimeLeft.record(Math.max(0, timeLeft), template);
  if (replacedAge !== undefined) recorded.tokenAge.record(Math.max(0, replacedAge), template);
}

/** Records how long a mint waited for the budget, in milliseconds. */
export function recordQueueWait({ recorded }: Metrics, milliseconds: number): void {
  recorded.queueWait.record(milliseconds / 1000);
}

/** Records a call to Clerk's Backend API. */
export function recordClerkCall({ recorded }: Metrics, event: ClerkCallEvent): void {
  const attributes = attributesOf({
    'http.request.method': event.method,
    'server.address': event.serverAddress,
    'server.port': event.serverPort,
    'url.template': event.template,
    'http.response.status_code': event.status,
    'error.type': event.errorType,
  });
  recorded.httpClientDuration.record(event.durationMs / 1000, attributes);
}

/** Records a revocation. */
export function recordRevocation({ recorded }: Metrics, event: RevocationEvent): void {
  const { effect, target, delayMs } = event;
  const source = { 'mintgate.revocation.source': event.source };
  const about = { 'mintgate.revocation.effect': effect, 'mintgate.revocation.target': target };
  recorded.revocations.add(1, { ...about, ...source });
  if (delayMs !== undefined) recorded.revocationDelay.record(Math.max(0, delayMs) / 1000, source);
}
