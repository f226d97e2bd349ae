// The starting point, as in Clerk's guide to getToken: a route handler of the App Router; no GraphQL.
import { auth, clerkClient } from '@clerk/nextjs/server';
import { expiresAt } from '../../../servers/schema.ts';

export async function POST(request: Request): Promise<Response> {
  const { sessionId } = await auth();
  if (!sessionId) return Response.json({ error: 'Unauthenticated' }, { status: 401 });
  await request.json();
  const client = await clerkClient();
  const { jwt } = await client.sessions.getToken(sessionId, 'bench');
  return Response.json({ jwt, expiresAt: expiresAt(jwt) });
}
