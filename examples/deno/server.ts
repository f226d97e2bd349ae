import { createGateway } from 'mintgate/edge';

// mintgate: begin
const { CLERK_SECRET_KEY = '', CLERK_PUBLISHABLE_KEY = '', CLERK_API_URL } = Deno.env.toObject();
const gateway = createGateway({
  secretKey: CLERK_SECRET_KEY,
  publishableKey: CLERK_PUBLISHABLE_KEY,
  ...(CLERK_API_URL && { apiUrl: CLERK_API_URL }),
  templates: { hasura: {} },
  // In production, the origins of your frontends.
  authorizedParties: 'any',
});
// mintgate: end

Deno.serve({ port: Number(Deno.env.get('PORT') ?? 3000), hostname: 'localhost' }, (request) =>
  gateway.fetch(request),
);
