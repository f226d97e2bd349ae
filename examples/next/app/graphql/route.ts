// mintgate: begin
import { auth } from '@clerk/nextjs/server';
import { clerkAuth, createGateway, type Gateway } from 'mintgate';

// Next.js runs this file while it builds, too, and again whenever it has changed: the gateway is made once, by the first
// request. Leave fetchCache out: 'force-cache' would make Next.js keep tokens.
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
  // Told to end, `next start` waits for answers that are under way. Subscriptions would let it wait for minutes.
  process.once('SIGTERM', () => gateway.drain());
  return gateway;
}

function answer(request: Request): Promise<Response> {
  kept.mintgate ??= start();
  return kept.mintgate.fetch(request);
}

export { answer as DELETE, answer as GET, answer as HEAD, answer as OPTIONS, answer as POST, answer as PUT };
// mintgate: end
