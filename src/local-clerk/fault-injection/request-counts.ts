import { type Endpoint, endpoints, requireEndpoint } from '../endpoints.ts';

/** Counts requests by endpoint. */
export interface RequestCounts {
  /** Counts one request. */
  add(endpoint: Endpoint): void;
  /** Returns the count of one endpoint, or of all together. */
  of(endpoint?: Endpoint): number;
  /** Returns a copy of all counts. */
  all(): Record<Endpoint, number>;
  /** Sets every count to zero. */
  reset(): void;
}

/** Creates counts that start at zero. */
export function createRequestCounts(): RequestCounts {
  let counts = zeroCounts();
  return {
    add: (endpoint) => {
      counts[endpoint] += 1;
    },
    of: (endpoint) =>
      endpoint
        ? counts[requireEndpoint(endpoint)]
        : Object.values(counts).reduce((sum, count) => sum + count, 0),
    all: () => ({ ...counts }),
    reset: () => {
      counts = zeroCounts();
    },
  };
}

function zeroCounts(): Record<Endpoint, number> {
  const names = [...endpoints, 'unmatched'] as const;
  return Object.fromEntries(names.map((endpoint) => [endpoint, 0])) as Record<Endpoint, number>;
}
