import { apolloCoprocessorPath, endpoints, exchangeEndpoint } from './endpoints.ts';

const fixed: ReadonlySet<string> = new Set([...Object.values(endpoints), exchangeEndpoint]);

const coprocessorRoute = `${apolloCoprocessorPath}{secret}`;

/**
 * Returns the route of a path that is one of the gateway's, or `undefined`: clients may send any other text as a path. The route of the
 * coprocessor does not have the secret.
 */
export function routeOf(path: string, graphqlEndpoint: string): string | undefined {
  if (path === graphqlEndpoint || fixed.has(path)) return path;
  return path.startsWith(apolloCoprocessorPath) ? coprocessorRoute : undefined;
}
