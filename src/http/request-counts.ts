/** The counts of answered GraphQL requests, by path: fast path or GraphQL Yoga. */
export interface RequestCounts {
  fastPath: number;
  yoga: number;
}
