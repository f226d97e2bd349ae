/** Clerk's Backend API. */
export const defaultApiUrl = 'https://api.clerk.com';

/** How long one call to Clerk may take, in milliseconds. */
export const defaultDeadline = 3_000;

/** Where the Backend API has the key set of the instance. */
export function keySetUrl(apiUrl: string): URL {
  return new URL(`${apiUrl.replace(/\/+$/, '')}/v1/jwks`);
}
