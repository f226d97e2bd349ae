// mintgate: begin
import { auth } from '@clerk/nextjs/server';
import { clerkAuth, createGateway, type Gateway } from 'mintgate/edge';

export const runtime = 'edge';

// One gateway for each isolate; in development, a new one after each change of a file.
const kept = globalThis as { mintgate?: Gateway };

function answer(request: Request): Promise<Response> {
  kept.mintgate ??= createGateway({
    secretKey: process.env.CLERK_SECRET_KEY ?? '',
    publishableKey: process.env.NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY ?? '',
    ...(process.env.CLERK_API_URL && { apiUrl: process.env.CLERK_API_URL }),
    templates: { hasura: {} },
    graphqlEndpoint: '/edge',
    authenticate: clerkAuth(() => auth()),
  });
  return kept.mintgate.fetch(request);
}

export { answer as DELETE, answer as GET, answer as HEAD, answer as OPTIONS, answer as POST, answer as PUT };
// mintgate: end
