// The starting point in Next.js 16: clerkMiddleware, auth() and getToken in a route handler, served by `next start`.
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import next from 'next';
import { answerMeasurer, type ClerkSettings, settings } from './answer.ts';
import { listen } from './listen.ts';

const { apiUrl, secretKey, publishableKey, jwtKey } = settings<ClerkSettings>();
// The variables that @clerk/nextjs reads; the last but one is for proxy.ts.
Object.assign(process.env, {
  CLERK_API_URL: apiUrl,
  CLERK_SECRET_KEY: secretKey,
  NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: publishableKey,
  CLERK_JWT_KEY: jwtKey,
  NEXT_PUBLIC_CLERK_TELEMETRY_DISABLED: '1',
});
// The types describe the import of bundlers. In Node.js, the default import is the function.
const createServerOfNext = next as unknown as typeof next.default;
const app = createServerOfNext({
  dir: fileURLToPath(new URL('../next', import.meta.url)),
  dev: false,
  quiet: true,
});
await app.prepare();
answerMeasurer(`${await listen(createServer(app.getRequestHandler()))}/graphql`, {});
