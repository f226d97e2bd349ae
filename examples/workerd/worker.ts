import { env } from 'cloudflare:workers';
import { createGateway } from 'mintgate/edge';

interface Context {
  waitUntil(work: Promise<unknown>): void;
}

// mintgate: begin
const { CLERK_SECRET_KEY = '', CLERK_PUBLISHABLE_KEY = '', CLERK_API_URL } = env;
const gateway = createGateway({
  secretKey: CLERK_SECRET_KEY,
  publishableKey: CLERK_PUBLISHABLE_KEY,
  ...(CLERK_API_URL && { apiUrl: CLERK_API_URL }),
  templates: { hasura: {} },
  // In production, the origins of your frontends.
  authorizedParties: 'any',
});

export default {
  // With the context, work in the background continues after the answer.
  fetch: (request: Request, _env: unknown, context: Context) => gateway.fetch(request, context),
};
// mintgate: end
