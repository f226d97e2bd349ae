/** The counts of answered GraphQL requests, by who answered them. */
export interface RequestCounts {
  fastPath: number;
  yoga: number;
}
