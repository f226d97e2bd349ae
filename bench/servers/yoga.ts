// GraphQL Yoga with its defaults; Clerk in the context and the resolver.
import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { answerMeasurer } from './answer.ts';
import { contextOf, type PeerContext, sessionToken } from './clerk-caller.ts';
import { listen } from './listen.ts';
import { typeDefs } from './schema.ts';

const yoga = createYoga<object, PeerContext>({
  schema: createSchema<PeerContext>({ typeDefs, resolvers: { Query: { sessionToken } } }),
  context: ({ request }) => contextOf(request.headers.get('authorization')),
});
answerMeasurer(`${await listen(createServer(yoga))}/graphql`, {});
