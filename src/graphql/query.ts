import { builder } from './builder.ts';
import { callingSession, sessionRef } from './session.ts';
import { resolveToken, tokenArgs, tokenRef } from './token.ts';

builder.queryType({
  description: 'Tokens for other services, for the calling session.',
  fields: (t) => ({
    sessionToken: t.field({
      type: tokenRef,
      nullable: true,
      description: 'A token for another service, minted from a JWT template for the calling session.',
      args: tokenArgs,
      resolve: (_root, args, context) => resolveToken(args, context),
    }),
    session: t.field({
      type: sessionRef,
      nullable: true,
      description: 'The calling session; null for a request without credentials.',
      resolve: (_root, _args, context) => callingSession(context),
    }),
  }),
});
