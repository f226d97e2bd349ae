import { clerkMiddleware, getAuth } from '@clerk/hono';
import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { clerkAuth, createGateway } from 'mintgate';

const { CLERK_SECRET_KEY = '', CLERK_PUBLISHABLE_KEY = '', CLERK_JWT_KEY, CLERK_API_URL } = process.env;
const app = new Hono();
// Clerk's middleware for Hono reads the keys and the URL of the API from the environment, but not this variable.
app.use(clerkMiddleware(CLERK_JWT_KEY ? { jwtKey: CLERK_JWT_KEY } : {}));

// mintgate: begin
const gateway = createGateway({
  secretKey: CLERK_SECRET_KEY,
  publishableKey: CLERK_PUBLISHABLE_KEY,
  ...(CLERK_API_URL && { apiUrl: CLERK_API_URL }),
  templates: { hasura: {} },
  authenticate: clerkAuth<Context>((c) => getAuth(c)),
});
app.all('/graphql', (c) => gateway.fetch(c.req.raw, c));
// mintgate: end

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000), hostname: 'localhost' });
