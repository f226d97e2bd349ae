// Mercurius on Fastify 5, with its JIT; Clerk in the context and the resolver.
import { fastifyCors } from '@fastify/cors';
import { fastify } from 'fastify';
import { mercurius } from 'mercurius';
import { origin } from '../load/origin.ts';
import { answerMeasurer } from './answer.ts';
import { contextOf, type PeerContext, sessionToken } from './clerk-caller.ts';
import { typeDefs } from './schema.ts';

const app = fastify();
await app.register(fastifyCors, { origin });
await app.register(mercurius, {
  schema: typeDefs,
  resolvers: {
    Query: {
      sessionToken: (root: unknown, args: { template: string }, context) =>
        sessionToken(root, args, context as unknown as PeerContext),
    },
  },
  context: (request) => contextOf(request.headers.authorization),
  jit: 1,
});
answerMeasurer(`${await app.listen({ port: 0, host: '127.0.0.1' })}/graphql`, {});
