import type { Plugin } from 'graphql-yoga';
import { pathOf } from '../path.ts';
import type { StaticPage } from './graphiql-page.ts';

const defaultQuery = `query SessionToken {
  sessionToken(template: "hasura") {
    jwt
    expiresAt
    expiresIn
    claims
  }
}
`;

const hint = `Sign in first: in a page of your frontend, <code>await window.Clerk.session.getToken()</code> gives a session token for 60 s.
Put it under Headers as <code class="whole">{ "Authorization": "Bearer &lt;token&gt;" }</code>, name one of your templates, and press play.`;

export interface GraphiQLOptions {
  /** The path of the GraphQL endpoint. */
  graphqlEndpoint: string;
}

/** Serves GraphiQL to browsers at the GraphQL endpoint, and redirects them there from `/`. For development only. */
export function useGraphiQL({ graphqlEndpoint }: GraphiQLOptions): Plugin {
  let page: Promise<StaticPage> | undefined;
  return {
    async onRequest({ request, endResponse }) {
      const path = pathOf(request.url);
      if (request.method !== 'GET' || !request.headers.get('accept')?.includes('text/html')) return;
      if (path === '/' && path !== graphqlEndpoint) {
        endResponse(new Response(null, { status: 302, headers: { location: graphqlEndpoint } }));
        return;
      }
      if (path !== graphqlEndpoint) return;
      const { pageResponse, renderGraphiQLPage } = await import('./graphiql-page.ts');
      page ??= renderGraphiQLPage({ title: 'Mintgate', defaultQuery, showHeaders: true, bar: { hint } });
      endResponse(pageResponse(await page, request.headers));
    },
  };
}
