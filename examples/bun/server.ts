import { createGateway } from 'mintgate/edge';

// mintgate: begin
const { CLERK_SECRET_KEY = '', CLERK_PUBLISHABLE_KEY = '', CLERK_API_URL } = process.env;
const gateway = createGateway({
  secretKey: CLERK_SECRET_KEY,
  publishableKey: CLERK_PUBLISHABLE_KEY,
  ...(CLERK_API_URL && { apiUrl: CLERK_API_URL }),
  templates: { hasura: {} },
  // In production, the origins of your frontends.
  authorizedParties: 'any',
});
// mintgate: end

Bun.serve({
  port: Number(process.env.PORT ?? 3000),
  hostname: 'localhost',
  // By default, Bun closes an event stream that is silent for ten seconds.
  idleTimeout: 60,
  fetch: (request) => gateway.fetch(request),
});
