import { type ClerkClient, createClerkClient } from '@clerk/backend';

/** The settings that name a Clerk instance and its Backend API. */
export interface ClerkSettings {
  secretKey: string;
  publishableKey: string;
  /** The Backend API, such as `https://api.clerk.com`. */
  apiUrl: string;
}

/** Creates a client of Clerk's SDK that sends no telemetry. */
export function createClient({ secretKey, publishableKey, apiUrl }: ClerkSettings): ClerkClient {
  return createClerkClient({ secretKey, publishableKey, apiUrl, telemetry: { disabled: true } });
}

/** Returns the URL of the key set (JWKS) of the instance at the Backend API. */
export function keySetUrl(apiUrl: string): URL {
  return new URL(`${apiUrl.replace(/\/+$/, '')}/v1/jwks`);
}
