import { createServer } from 'node:http';
import { createGateway } from 'mintgate';

const { CLERK_SECRET_KEY = '', CLERK_PUBLISHABLE_KEY = '', CLERK_JWT_KEY, CLERK_API_URL } = process.env;
const gateway = createGateway({
  secretKey: CLERK_SECRET_KEY,
  publishableKey: CLERK_PUBLISHABLE_KEY,
  ...(CLERK_JWT_KEY && { jwtKey: CLERK_JWT_KEY }),
  ...(CLERK_API_URL && { apiUrl: CLERK_API_URL }),
  // In production, the origins of your frontends.
  authorizedParties: 'any',
  templates: { hasura: {} },
});
const server = createServer(gateway);
server.listen(Number(process.env.PORT ?? 3000), 'localhost');

process.once('SIGTERM', () => {
  gateway.drain();
  server.close(() => gateway.dispose());
});
