import { clerkMiddleware } from '@clerk/nextjs/server';

// With Clerk's public key, as with the other servers: nobody fetches keys.
export default clerkMiddleware({ jwtKey: process.env.CLERK_JWT_KEY ?? '' });
