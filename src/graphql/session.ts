import type { Caller } from '../auth/caller.ts';
import type { MaybePromise } from '../time/maybe-promise.ts';
import { builder } from './builder.ts';
import type { GatewayContext } from './context.ts';
import { countingFailure } from './result-usage.ts';
import { resolveToken, tokenArgs, tokenRef } from './token.ts';

/** The key field of `Session` as an entity of Federation. */
export const sessionKey = 'id';

/** Resolves a reference to a session: the calling session for its own id, `null` for every other id. */
export async function resolveSession(
  { id }: { id?: unknown },
  context: Pick<GatewayContext, 'getCaller'>,
): Promise<Caller | null> {
  const caller = await context.getCaller();
  return caller?.sessionId === id ? caller : null;
}

/** Resolves a field of the calling session, and counts its failure: an operation may have many of these fields. */
export function callingSession(context: GatewayContext): MaybePromise<Caller | null> {
  return countingFailure(context.resultUsage, context.getCaller);
}

/** The graph type `Session`: the calling session. */
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
