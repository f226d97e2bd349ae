import { clerkMiddleware, getAuth } from '@clerk/express';
import express from 'express';
import { clerkAuth, createGateway } from 'mintgate';

const app = express();
app.use(express.json());
app.use(clerkMiddleware());

// mintgate: begin
const { CLERK_SECRET_KEY = '', CLERK_PUBLISHABLE_KEY = '', CLERK_API_URL } = process.env;
const gateway = createGateway({
  secretKey: CLERK_SECRET_KEY,
  publishableKey: CLERK_PUBLISHABLE_KEY,
  ...(CLERK_API_URL && { apiUrl: CLERK_API_URL }),
  templates: { hasura: {} },
  authenticate: clerkAuth<{ req: express.Request }>(({ req }) => getAuth(req)),
});
app.use('/graphql', gateway);
// mintgate: end

app.listen(Number(process.env.PORT ?? 3000), 'localhost');
