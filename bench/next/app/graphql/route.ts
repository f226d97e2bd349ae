// The starting point, as in Clerk's guide to getToken: a route handler of the App Router; no GraphQL.
import { auth, clerkClient } from '@clerk/nextjs/server';
import { origin } from '../../../load/origin.ts';
import { tokenOf } from '../../../servers/schema.ts';

// As in the guide of Next.js to CORS in a route handler.
const cors = { 'access-control-allow-origin': origin, vary: 'Origin' };

export async function POST(request: Request): Promise<Response> {
  const { sessionId } = await auth();
  if (!sessionId) return Response.json({ error: 'Unauthenticated' }, { status: 401 });
  await request.json();
  const client = await clerkClient();
  const { jwt } = await client.sessions.getToken(sessionId, 'bench');
  return Response.json(tokenOf(jwt), { headers: cors });
}
