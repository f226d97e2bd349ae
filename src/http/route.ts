import { endpoints, exchangeEndpoint } from './endpoints.ts';

const fixed: ReadonlySet<string> = new Set([...Object.values(endpoints), exchangeEndpoint]);

/** Returns a path that is one of the gateway's, or `undefined`: clients may send any other text as a path. */
export function routeOf(path: string, graphqlEndpoint: string): string | undefined {
  return path === graphqlEndpoint || fixed.has(path) ? path : undefined;
}
