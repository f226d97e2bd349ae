import type { Caller } from '../auth/caller.ts';
import { builder } from './builder.ts';
import type { GatewayContext } from './context.ts';
import { countFailure } from './result-usage.ts';
import { resolveToken, tokenRef } from './token.ts';
import { tokenArgs } from './token-args.ts';

/** The field that makes a session an entity of Federation. */
export const sessionKey = 'id';

/** The caller answers for itself alone, from its own verified claims; every other id does not exist. */
export async function resolveSession(
  { id }: { id?: unknown },
  context: Pick<GatewayContext, 'caller'>,
): Promise<Caller | null> {
  const caller = await context.caller();
  return caller?.sessionId === id ? caller : null;
}

/** The calling session for a field of its own, which may be asked for many times. */
export async function callingSession(context: GatewayContext): Promise<Caller | null> {
  try {
    return await context.caller();
  } catch (error) {
    throw countFailure(context.resultUsage, error);
  }
}

/** `Session`: the calling session, and no other. */
export const sessionRef = builder.objectRef<Caller>('Session').implement({
  description: 'The calling Clerk session. No other session can be reached through this graph.',
  fields: (t) => ({
    id: t.id({
      description: "The session's id at Clerk.",
      resolve: (caller) => caller.sessionId,
    }),
    userId: t.id({
      description: "The user's id at Clerk.",
      resolve: (caller) => caller.userId,
    }),
    organizationId: t.id({
      nullable: true,
      description: 'The organization that the session token names as active; null in a personal workspace.',
      resolve: (caller) => caller.organizationId,
    }),
    token: t.field({
      type: tokenRef,
      nullable: true,
      description: 'The same as `Query.sessionToken`, for clients that start from the session.',
      args: tokenArgs,
      resolve: (_caller, args, context) => resolveToken(args, context),
    }),
  }),
});
