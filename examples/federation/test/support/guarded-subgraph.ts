import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { GraphQLError, type GraphQLFieldResolver, parse } from 'graphql';
import { createYoga, type Plugin, type YogaInitialContext } from 'graphql-yoga';
import { importSPKI, jwtVerify } from 'jose';

/** A subgraph that accepts the tokens of one audience, and returns whose token a request had. */
export interface GuardedSubgraph {
  server: Server;
  /** The headers of the requests since the last `reset`. */
  arrived: IncomingHttpHeaders[];
  /** Their URLs and GraphQL parameters, as text. */
  contents: string[];
  /** The tokens in the headers, one for each request that had one. */
  tokens: string[];
  /** The number of open subscriptions. */
  open(): number;
  /** Answers the next requests with 503, one each. */
  failNext(requests: number): void;
  reset(): void;
}

const anonymous = 'anonymous';

/**
 * Creates a subgraph with the fields `<name>User`, `Session.<name>Of` and the subscription `<name>Changed`, which sends one event. Each is the
 * user of the token.
 *
 * @param name - the name of the subgraph, and the audience of its tokens
 * @param header - the header that carries a token: `authorization` as Bearer token, any other as it is
 * @param jwtKey - Clerk's public key as PEM
 */
export function createGuardedSubgraph(name: string, header: string, jwtKey: string): GuardedSubgraph {
  const key = importSPKI(jwtKey, 'RS256');
  const arrived: IncomingHttpHeaders[] = [];
  const contents: string[] = [];
  const tokens: string[] = [];
  let [open, failures] = [0, 0];

  async function userOf({ request }: YogaInitialContext): Promise<string> {
    const value = request.headers.get(header);
    if (value === null) return anonymous;
    const token = header === 'authorization' ? value.replace('Bearer ', '') : value;
    try {
      const { payload } = await jwtVerify(token, await key, { audience: name, algorithms: ['RS256'] });
      return String(payload.sub);
    } catch {
      throw new GraphQLError(`Not a token for ${name}.`, { extensions: { code: 'WRONG_TOKEN' } });
    }
  }

  async function* changes(context: YogaInitialContext) {
    open += 1;
    try {
      yield { [`${name}Changed`]: await userOf(context) };
      const { signal } = context.request;
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    } finally {
      open -= 1;
    }
  }

  const user: GraphQLFieldResolver<unknown, unknown> = (_parent, _arguments, context) =>
    userOf(context as YogaInitialContext);
  const subscribe: GraphQLFieldResolver<unknown, unknown> = (_parent, _arguments, context) =>
    changes(context as YogaInitialContext);
  const schema = buildSubgraphSchema({
    typeDefs: parse(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key"])
      type Query { ${name}User: String }
      type Session @key(fields: "id") { id: ID! ${name}Of: String }
      type Subscription { ${name}Changed: String }
    `),
    resolvers: {
      Query: { [`${name}User`]: user },
      Session: { __resolveReference: ({ id }: { id: string }) => ({ id }), [`${name}Of`]: user },
      Subscription: { [`${name}Changed`]: { subscribe } },
    },
  });
  const keepContent: Plugin = {
    onParams: ({ request, params }) => void contents.push(`${request.url} ${JSON.stringify(params)}`),
  };
  const yoga = createYoga({ schema, landingPage: false, logging: false, plugins: [keepContent] });
  const server = createServer((request, response) => {
    arrived.push(request.headers);
    const value = request.headers[header];
    if (typeof value === 'string') tokens.push(value.replace('Bearer ', ''));
    if (failures > 0) {
      failures -= 1;
      response.writeHead(503).end();
      return;
    }
    yoga(request, response);
  });
  return {
    ...{ server, arrived, contents, tokens, open: () => open },
    failNext: (requests) => {
      failures = requests;
    },
    reset: () => {
      failures = 0;
      for (const kept of [arrived, contents, tokens]) kept.length = 0;
    },
  };
}
