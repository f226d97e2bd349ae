import type { LocalClerk } from '../src/local-clerk/index.ts';

/** Returns the environment variables that point Clerk's SDKs and the examples to a local Clerk. */
export function clerkEnvironment(clerk: LocalClerk): Record<string, string> {
  const { secretKey, publishableKey, url, jwtKey } = clerk;
  return {
    CLERK_SECRET_KEY: secretKey,
    CLERK_PUBLISHABLE_KEY: publishableKey,
    NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: publishableKey,
    VITE_CLERK_PUBLISHABLE_KEY: publishableKey,
    CLERK_API_URL: url,
    CLERK_JWT_KEY: jwtKey,
    CLERK_TELEMETRY_DISABLED: '1',
    NEXT_TELEMETRY_DISABLED: '1',
  };
}
