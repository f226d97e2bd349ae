import { clerkMiddleware } from '@clerk/nextjs/server';

// With Clerk's public key, as in the other servers, so that no server fetches the JWKS.
export default clerkMiddleware({ jwtKey: process.env.CLERK_JWT_KEY ?? '' });
