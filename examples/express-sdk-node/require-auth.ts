import { ClerkExpressRequireAuth } from '@clerk/clerk-sdk-node';
import express, { type ErrorRequestHandler } from 'express';
import { type ClerkAuth, clerkAuth, createGateway } from 'mintgate';

const app = express();

// mintgate: begin
const { CLERK_SECRET_KEY = '', CLERK_PUBLISHABLE_KEY = '', CLERK_API_URL } = process.env;
const gateway = createGateway({
  secretKey: CLERK_SECRET_KEY,
  publishableKey: CLERK_PUBLISHABLE_KEY,
  ...(CLERK_API_URL && { apiUrl: CLERK_API_URL }),
  templates: { hasura: {} },
  // The gateway's equivalent of ClerkExpressRequireAuth, for the whole endpoint.
  requireSession: true,
  authenticate: clerkAuth<{ req: { auth?: ClerkAuth } }>(({ req }) => req.auth),
});
app.post('/graphql', ClerkExpressRequireAuth(), gateway);
// Preflights and other methods have no session.
app.use('/graphql', gateway);

// Without a session, Express would answer 500 with an HTML page. The gateway answers 401, which pages of allowed origins can read.
const unauthenticated: ErrorRequestHandler = (error, request, response, next) => {
  if (error.message !== 'Unauthenticated') return next(error);
  gateway(Object.assign(request, { auth: { userId: null, sessionClaims: null } }), response);
};
app.use('/graphql', unauthenticated);
// mintgate: end

app.listen(Number(process.env.PORT ?? 3000), 'localhost');
