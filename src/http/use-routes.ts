import type { Plugin } from 'graphql-yoga';
import { jsonResponse } from './json-response.ts';
import { pathOf } from './path.ts';

export interface RoutesOptions {
  graphqlEndpoint: string;
}

/** Answers every path but the GraphQL endpoint with a small 404 in JSON. */
export function useRoutes({ graphqlEndpoint }: RoutesOptions): Plugin {
  return {
    onRequest({ request, endResponse }) {
      if (pathOf(request.url) === graphqlEndpoint) return;
      endResponse(jsonResponse(404, { error: 'Not found.', hint: `GraphQL is at POST ${graphqlEndpoint}.` }));
    },
  };
}
