import { ClerkExpressWithAuth } from '@clerk/clerk-sdk-node';
import express from 'express';
import { type ClerkAuth, clerkAuth, createGateway } from 'mintgate';

const app = express();

// mintgate: begin
const { CLERK_SECRET_KEY = '', CLERK_PUBLISHABLE_KEY = '', CLERK_API_URL } = process.env;
const gateway = createGateway({
  secretKey: CLERK_SECRET_KEY,
  publishableKey: CLERK_PUBLISHABLE_KEY,
  ...(CLERK_API_URL && { apiUrl: CLERK_API_URL }),
  templates: { hasura: {} },
  authenticate: clerkAuth<{ req: { auth?: ClerkAuth } }>(({ req }) => req.auth),
});
// Requests without a session pass: the field answers UNAUTHENTICATED.
app.use('/graphql', ClerkExpressWithAuth(), gateway);
// mintgate: end

app.listen(Number(process.env.PORT ?? 3000), 'localhost');
