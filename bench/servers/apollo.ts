// Apollo Server 5, stand-alone, as in its guide; Clerk in the context and the resolver.
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { answerMeasurer } from './answer.ts';
import { contextOf, type PeerContext, sessionToken } from './clerk-caller.ts';
import { typeDefs } from './schema.ts';

const server = new ApolloServer<PeerContext>({ typeDefs, resolvers: { Query: { sessionToken } } });
const { url } = await startStandaloneServer(server, {
  context: ({ req }) => contextOf(req.headers.authorization),
  listen: { port: 0, host: '127.0.0.1' },
});
answerMeasurer(url, {});
