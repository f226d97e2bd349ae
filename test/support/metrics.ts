import { type DataPoint, type Histogram, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';

/** A value of an instrument, with its attributes. Of a histogram, the value is its sum. */
export interface Series {
  name: string;
  attributes: Record<string, unknown>;
  value: number;
  /** The number of records of a histogram. */
  count?: number;
}

class TestReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** Starts the real SDK for metrics, which collects when a test asks for it. */
export function startMetrics() {
  const reader = new TestReader();
  const meterProvider = new MeterProvider({ readers: [reader] });
  const collect = async (): Promise<Series[]> => {
    const { resourceMetrics, errors } = await reader.collect();
    if (errors.length > 0) throw new AggregateError(errors, 'expected a collection without errors');
    return resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
      metrics.flatMap(({ descriptor: { name }, dataPoints }) =>
        dataPoints.map(({ attributes, value }: DataPoint<number | Histogram | object>) =>
          typeof value === 'number'
            ? { name, attributes, value }
            : { name, attributes, value: (value as Histogram).sum ?? 0, count: (value as Histogram).count },
        ),
      ),
    );
  };
  return { meterProvider, collect };
}

/** Returns the series of an instrument. */
export function seriesOf(all: readonly Series[], name: string): Series[] {
  return all.filter((series) => series.name === name);
}
