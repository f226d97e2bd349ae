import type { Plugin } from 'graphql-yoga';
import type { StaticPage } from './graphiql-page.ts';
import { pathOf } from './path.ts';

const defaultQuery = `# Mintgate: a token for another service, minted from a Clerk JWT template.
#
# Sign in first: put a session token under "Headers" below,
#   { "Authorization": "Bearer <the result of window.Clerk.session.getToken()>" }
# then choose one of your templates and press play.
query SessionToken {
  sessionToken(template: "hasura") {
    jwt
    expiresAt
    expiresIn
    claims
  }
}
`;

export interface GraphiQLOptions {
  graphqlEndpoint: string;
}

/** GraphiQL at the GraphQL endpoint, for browsers; development only. */
export function useGraphiQL({ graphqlEndpoint }: GraphiQLOptions): Plugin {
  let page: Promise<StaticPage> | undefined;
  return {
    async onRequest({ request, endResponse }) {
      const wanted = request.method === 'GET' && pathOf(request.url) === graphqlEndpoint;
      if (!wanted || !request.headers.get('accept')?.includes('text/html')) return;
      const { pageResponse, renderGraphiQLPage } = await import('./graphiql-page.ts');
      page ??= renderGraphiQLPage({ title: 'Mintgate', defaultQuery });
      endResponse(pageResponse(await page, request.headers));
    },
  };
}
