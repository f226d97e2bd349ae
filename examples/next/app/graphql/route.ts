// mintgate: begin
import { auth } from '@clerk/nextjs/server';
import { clerkAuth, createGateway, type Gateway } from 'mintgate';

// Next.js also runs this file during the build and after each change, so the first request creates the only gateway.
// Do not set fetchCache: with 'force-cache', Next.js would cache tokens.
const kept = globalThis as { mintgate?: Gateway };

function start(): Gateway {
  const gateway = createGateway({
    secretKey: process.env.CLERK_SECRET_KEY ?? '',
    publishableKey: process.env.NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY ?? '',
    ...(process.env.CLERK_API_URL && { apiUrl: process.env.CLERK_API_URL }),
    templates: { hasura: {} },
    graphqlEndpoint: '/graphql',
    authenticate: clerkAuth(() => auth()),
  });
  // On shutdown, `next start` waits for open responses. Ends subscriptions, which would delay it for minutes.
  process.once('SIGTERM', () => gateway.drain());
  return gateway;
}

function answer(request: Request): Promise<Response> {
  kept.mintgate ??= start();
  return kept.mintgate.fetch(request);
}

export { answer as DELETE, answer as GET, answer as HEAD, answer as OPTIONS, answer as POST, answer as PUT };
// mintgate: end
