import { createServer, type Server } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { GraphQLError, parse } from 'graphql';
import { createYoga, type YogaInitialContext } from 'graphql-yoga';
import { importSPKI, jwtVerify } from 'jose';

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key"])

  type Session @key(fields: "id") {
    id: ID!
    "What the user has reserved."
    reservations: [String!]
  }
`);

/**
 * Creates a subgraph that accepts one kind of token: signed by Clerk, for the audience `inventory`.
 *
 * @param jwtKey - Clerk's public key as PEM
 * @param reservationsOf - returns what a user has reserved
 */
export function createInventoryServer(
  jwtKey: string,
  reservationsOf: (userId: string) => readonly string[],
): Server {
  const verify = createVerifier(jwtKey);
  const schema = buildSubgraphSchema({
    typeDefs,
    resolvers: {
      Session: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        reservations: async (_session, _arguments, context) =>
          reservationsOf(await verify((context as YogaInitialContext).request)),
      },
    },
  });
  return createServer(createYoga({ schema, landingPage: false, logging: 'warn' }));
}

/** Returns a function that returns the user of a request's token. */
function createVerifier(jwtKey: string): (request: Request) => Promise<string> {
  const key = importSPKI(jwtKey, 'RS256');
  return async ({ headers }) => {
    const [, token = ''] = /^Bearer (.+)$/.exec(headers.get('authorization') ?? '') ?? [];
    try {
      const { payload } = await jwtVerify(token, await key, { audience: 'inventory', algorithms: ['RS256'] });
      return String(payload.sub);
    } catch {
      const extensions = { code: 'UNAUTHENTICATED' };
      throw new GraphQLError('A token for the inventory is required.', { extensions });
    }
  };
}
