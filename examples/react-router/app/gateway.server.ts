import { getAuth } from '@clerk/react-router/server';
import { clerkAuth, createGateway, type Gateway } from 'mintgate';
import type { LoaderFunctionArgs } from 'react-router';

// Keeps the gateway and its tokens when the development server reloads this file.
const kept = globalThis as { mintgate?: Gateway };

function start(): Gateway {
  const { CLERK_SECRET_KEY = '', CLERK_PUBLISHABLE_KEY = '', CLERK_API_URL } = process.env;
  const gateway = createGateway({
    secretKey: CLERK_SECRET_KEY,
    publishableKey: CLERK_PUBLISHABLE_KEY,
    ...(CLERK_API_URL && { apiUrl: CLERK_API_URL }),
    templates: { hasura: {} },
    authenticate: clerkAuth<LoaderFunctionArgs>((args) => getAuth(args)),
  });
  // On shutdown, `react-router-serve` waits for open responses. Ends subscriptions, which would delay it for minutes.
  process.once('SIGTERM', () => gateway.drain());
  return gateway;
}

/** The gateway of this process. */
export function gateway(): Gateway {
  kept.mintgate ??= start();
  return kept.mintgate;
}
