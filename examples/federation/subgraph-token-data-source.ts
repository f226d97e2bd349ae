import type { IncomingHttpHeaders } from 'node:http';
import { RemoteGraphQLDataSource, type ServiceEndpointDefinition } from '@apollo/gateway';
import { GraphQLError } from 'graphql';

/** The value of `context` in Apollo Server. */
export interface Context {
  headers: IncomingHttpHeaders;
}

/**
 * Returns the option `buildService` of ApolloGateway. Mintgate's subgraph gets the caller's session token, and no other subgraph gets it.
 *
 * @param mintgateUrl - Mintgate's GraphQL endpoint
 * @param templates - the template of each subgraph that gets a token, by the name of the subgraph
 * @param timeout - the longest time for a request to Mintgate, in milliseconds
 */
export function createBuildService(
  mintgateUrl: string,
  templates: Readonly<Record<string, string>>,
  timeout = 4_000,
) {
  return ({ name, url = '' }: ServiceEndpointDefinition) =>
    new RemoteGraphQLDataSource<Context>({
      url,
      async willSendRequest({ request, context }) {
        const { authorization } = context.headers ?? {};
        const template = Object.hasOwn(templates, name) ? templates[name] : undefined;
        if (authorization === undefined) return;
        if (name === 'mintgate') request.http?.headers.set('authorization', authorization);
        if (template === undefined) return;
        const jwt = await findToken(context, template, () =>
          requestToken(mintgateUrl, template, authorization, timeout),
        );
        request.http?.headers.set('authorization', `Bearer ${jwt}`);
      },
    });
}

/** The tokens of each operation, by template: its subgraphs share one request to Mintgate. */
const operations = new WeakMap<object, Map<string, Promise<string>>>();

function findToken(context: object, template: string, request: () => Promise<string>): Promise<string> {
  const tokens = operations.get(context) ?? new Map<string, Promise<string>>();
  operations.set(context, tokens);
  const token = tokens.get(template) ?? request();
  tokens.set(template, token);
  return token;
}

const query =
  'query SessionToken($fresh: Boolean! = false, $template: String!) { sessionToken(template: $template, fresh: $fresh) { expiresAt expiresIn jwt } }';

async function requestToken(url: string, template: string, authorization: string, timeout: number) {
  const sent = fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query, variables: { template } }),
    signal: AbortSignal.timeout(timeout),
    redirect: 'error',
  });
  const { data, errors }: Answer = await sent.then((response) => response.json()).catch(() => ({}));
  if (data?.sessionToken) return data.sessionToken.jwt;
  const { code = 'UPSTREAM_UNAVAILABLE', retryAfter } = errors?.[0]?.extensions ?? {};
  throw new GraphQLError('Mintgate gave no token for this subgraph.', { extensions: { code, retryAfter } });
}

interface Answer {
  data?: { sessionToken: { jwt: string } | null };
  errors?: { extensions?: { code?: string; retryAfter?: number } }[];
}
