import { ENDPOINTS, type Endpoint, requireEndpoint } from '../endpoints.ts';

/** How many requests came in, by endpoint. */
export interface RequestCounts {
  add(endpoint: Endpoint): void;
  /** One endpoint's, or all of them together. */
  of(endpoint?: Endpoint): number;
  all(): Record<Endpoint, number>;
  reset(): void;
}

export function createRequestCounts(): RequestCounts {
  let counts = zeroes();
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
      counts = zeroes();
    },
  };
}

function zeroes(): Record<Endpoint, number> {
  return Object.fromEntries([...ENDPOINTS, 'unmatched'].map((endpoint) => [endpoint, 0])) as Record<
    Endpoint,
    number
  >;
}
