import { getAuth } from '@clerk/remix/ssr.server';
import type { LoaderFunctionArgs } from '@remix-run/node';
import { clerkAuth, createGateway, type Gateway } from 'mintgate';

// Keeps the gateway and its tokens when the development server reloads this file.
const kept = globalThis as { mintgate?: Gateway };

function start(): Gateway {
  const { CLERK_SECRET_KEY = '', CLERK_PUBLISHABLE_KEY = '', CLERK_API_URL } = process.env;
  const gateway = createGateway({
    secretKey: CLERK_SECRET_KEY,
    publishableKey: CLERK_PUBLISHABLE_KEY,
    ...(CLERK_API_URL && { apiUrl: CLERK_API_URL }),
    templates: { hasura: {} },
    // Clerk has no middleware for Remix: getAuth verifies the session.
    authenticate: clerkAuth<LoaderFunctionArgs>((args) => getAuth(args)),
  });
  // On shutdown, `remix-serve` waits for open responses. Ends subscriptions, which would delay it for minutes.
  process.once('SIGTERM', () => gateway.drain());
  return gateway;
}

/** The gateway of this process. */
export function gateway(): Gateway {
  kept.mintgate ??= start();
  return kept.mintgate;
}
