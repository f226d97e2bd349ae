import type { Caller } from '../auth/caller.ts';
import { builder } from './builder.ts';
import { resolveToken, tokenRef } from './token.ts';
import { tokenArgs } from './token-args.ts';

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

builder.asEntity(sessionRef, {
  key: builder.selection<{ id: string }>('id'),
  // The caller answers for itself alone, from its own verified claims; every other id does not exist.
  resolveReference: async ({ id }, context) => {
    const caller = await context.caller();
    return caller?.sessionId === id ? caller : null;
  },
});
