import { createClerkClient } from '@clerk/backend';
import { type ClerkSettings, settings } from './answer.ts';
import { tokenOf } from './schema.ts';

const { jwtKey, ...options } = settings<ClerkSettings>();
const clerk = createClerkClient({ ...options, jwtKey, telemetry: { disabled: true } });

/** The context of the other servers: the caller, verified as in Clerk's guide. */
export interface PeerContext {
  sessionId: string | null;
}

/** @param authorization - the header of the request */
export async function contextOf(authorization: string | null | undefined): Promise<PeerContext> {
  const headers = authorization ? { authorization } : {};
  const request = new Request('http://127.0.0.1/', { headers });
  const state = await clerk.authenticateRequest(request, { jwtKey });
  return { sessionId: state.toAuth()?.sessionId ?? null };
}

/** The resolver of the other servers. */
export async function sessionToken(_root: unknown, args: { template: string }, context: PeerContext) {
  if (context.sessionId === null) throw new Error('Unauthenticated');
  const { jwt } = await clerk.sessions.getToken(context.sessionId, args.template);
  return tokenOf(jwt);
}
