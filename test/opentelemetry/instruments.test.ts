import { expect, test } from 'vitest';
import {
  observedInstruments,
  type RecordedInstrument,
  recordedInstruments,
} from '../../src/opentelemetry/instruments.ts';

const recorded = Object.values<RecordedInstrument>(recordedInstruments);
const all = [...recorded, ...observedInstruments];

test('each name is used once, and is one of the conventions or begins with mintgate', () => {
  const names = all.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(
    names.filter((name) => !/^(?:mintgate|http\.(?:server|client)|graphql\.server)\./.test(name)),
  ).toEqual([]);
});

test('every instrument has a unit of UCUM, a sentence, and bounds for its attributes', () => {
  const wrong = all.filter(
    ({ unit, description, attributes }) =>
      !/^(?:s|1|\{[a-z]+\})$/.test(unit) ||
      !description.endsWith('.') ||
      Object.values(attributes).includes(''),
  );
  expect(wrong).toEqual([]);
});

test('every histogram has buckets in ascending order', () => {
  for (const { kind, buckets = [] } of recorded.filter((instrument) => instrument.kind === 'histogram')) {
    expect(kind).toBe('histogram');
    expect(buckets.length).toBeGreaterThan(5);
    expect([...buckets].sort((one, other) => one - other)).toEqual(buckets);
  }
});
