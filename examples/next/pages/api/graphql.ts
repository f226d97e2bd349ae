// mintgate: begin
import { getAuth } from '@clerk/nextjs/server';
import { clerkAuth, createGateway, type Gateway } from 'mintgate';
import type { NextApiRequest, NextApiResponse } from 'next';

// Next.js also runs this file during the build and after each change, so the first request creates the only gateway.
const kept = globalThis as { mintgateOfPages?: Gateway };

function start(): Gateway {
  const gateway = createGateway({
    secretKey: process.env.CLERK_SECRET_KEY ?? '',
    publishableKey: process.env.NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY ?? '',
    ...(process.env.CLERK_API_URL && { apiUrl: process.env.CLERK_API_URL }),
    templates: { hasura: {} },
    graphqlEndpoint: '/api/graphql',
    authenticate: clerkAuth<{ req: NextApiRequest }>(({ req }) => getAuth(req)),
  });
  // On shutdown, `next start` waits for open responses. Ends subscriptions, which would delay it for minutes.
  process.once('SIGTERM', () => gateway.drain());
  return gateway;
}

export default function answer(req: NextApiRequest, res: NextApiResponse) {
  kept.mintgateOfPages ??= start();
  return kept.mintgateOfPages(req, res);
}
// mintgate: end
