import { clerkPlugin, getAuth } from '@clerk/fastify';
import Fastify, { type FastifyRequest } from 'fastify';
import { clerkAuth, createGateway } from 'mintgate';

const app = Fastify();
app.register(clerkPlugin);

// mintgate: begin
const { CLERK_SECRET_KEY = '', CLERK_PUBLISHABLE_KEY = '', CLERK_API_URL } = process.env;
const gateway = createGateway({
  secretKey: CLERK_SECRET_KEY,
  publishableKey: CLERK_PUBLISHABLE_KEY,
  ...(CLERK_API_URL && { apiUrl: CLERK_API_URL }),
  templates: { hasura: {} },
  authenticate: clerkAuth<{ req: { fastify: FastifyRequest } }>(({ req }) => getAuth(req.fastify)),
});
app.register(async (scope) => {
  // The gateway reads the body itself.
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _body, done) => done(null));
  scope.all('/graphql', (request, reply) => {
    reply.hijack();
    gateway(Object.assign(request.raw, { fastify: request }), reply.raw);
  });
});
// mintgate: end

await app.listen({ port: Number(process.env.PORT ?? 3000), host: 'localhost' });
