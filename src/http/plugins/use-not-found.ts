import type { Plugin } from 'graphql-yoga';
import { jsonResponse } from '../json-response.ts';
import { pathOf } from '../path.ts';

interface NotFoundOptions {
  /** The path of the GraphQL endpoint. */
  graphqlEndpoint: string;
}

/** Answers every path but the GraphQL endpoint with a small 404 in JSON. */
export function useNotFound({ graphqlEndpoint }: NotFoundOptions): Plugin {
  // A host may have mounted the gateway at another path than its option names.
  const hint = `GraphQL is at POST ${graphqlEndpoint}. If this gateway is mounted at another path, set graphqlEndpoint (MINTGATE_GRAPHQL_PATH) to it.`;
  return {
    onRequest({ request, endResponse }) {
      if (pathOf(request.url) === graphqlEndpoint) return;
      endResponse(jsonResponse(404, { error: 'Not found.', hint }));
    },
  };
}
