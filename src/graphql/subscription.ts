import { assertTemplateName } from '../mint/template-name.ts';
import { builder } from './builder.ts';
import { newResultUsage } from './result-usage.ts';
import { templateArgs, tokenRef } from './token.ts';

builder.subscriptionType({
  description: 'Tokens that renew themselves.',
  fields: (t) => ({
    sessionToken: t.field({
      type: tokenRef,
      nullable: true,
      description:
        'The current token at once, then its successor before each expiry. It ends after 15 minutes at most: subscribe again, with a fresh session token. It ends with an error when the session does, or when what it may do has changed.',
      args: templateArgs,
      subscribe: (_root, { template }, context) => {
        assertTemplateName(template);
        return context.openTokenStream(template);
      },
      resolve: (event, _args, context) => {
        // Each event is a result of its own size.
        context.resultUsage = newResultUsage();
        if (event.kind === 'error') throw event.error;
        return event.token;
      },
    }),
  }),
});
