import type { Readings } from '../telemetry/readings.ts';
import type { ObservedInstrument, Point } from './instruments.ts';

/**
 * Returns the values of an instrument for a process. Where it has several gateways, their values with equal attributes become one, because an
 * observation would otherwise replace the one before it.
 */
export function combinedPoints(
  { read, combine = 'sum' }: Pick<ObservedInstrument, 'read' | 'combine'>,
  readings: readonly Readings[],
): readonly Point[] {
  const [first] = readings;
  if (first !== undefined && readings.length === 1) return read(first);
  const groups = Map.groupBy(readings.flatMap(read), ({ attributes = {} }) => JSON.stringify(attributes));
  return [...groups.values()].map((points) => ({
    ...points[0],
    value: combiners[combine](points.map(({ value }) => value)),
  }));
}

const combiners = {
  sum: (values: readonly number[]) => values.reduce((total, value) => total + value, 0),
  min: (values: readonly number[]) => Math.min(...values),
  max: (values: readonly number[]) => Math.max(...values),
};
