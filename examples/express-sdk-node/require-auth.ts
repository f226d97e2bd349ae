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
  // What ClerkExpressRequireAuth does for a whole endpoint.
  requireSession: true,
  authenticate: clerkAuth<{ req: { auth?: ClerkAuth } }>(({ req }) => req.auth),
});
app.post('/graphql', ClerkExpressRequireAuth(), gateway);
// Preflights and other methods carry no session.
app.use('/graphql', gateway);
// mintgate: end

// Without it, Express answers 500 with a page to whoever is not signed in.
const unauthenticated: ErrorRequestHandler = (error, _request, response, next) => {
  if (error.message !== 'Unauthenticated') return next(error);
  response
    .status(401)
    .json({ errors: [{ message: 'Unauthenticated', extensions: { code: 'UNAUTHENTICATED' } }] });
};
app.use(unauthenticated);

app.listen(Number(process.env.PORT ?? 3000), 'localhost');
