import { assertTemplateName } from '../mint/template-name.ts';
import { builder } from './builder.ts';
import { createResultUsage } from './result-usage.ts';
import { templateArgs, tokenRef } from './token.ts';

builder.subscriptionType({
  description: 'Tokens that renew themselves.',
  fields: (t) => ({
    sessionToken: t.field({
      type: tokenRef,
      nullable: true,
      description:
        'Delivers the current token at once, then its successor before each expiry. Ends after at most 15 minutes: subscribe again with a new session token. Ends with an error when the session ends or its permissions change.',
      args: templateArgs,
      subscribe: (_root, { template }, context) => {
        assertTemplateName(template);
        return context.openTokenStream(template);
      },
      resolve: (event, _args, context) => {
        // The size of each event counts separately.
        context.resultUsage = createResultUsage();
        if (event.kind === 'error') throw event.error;
        return event.token;
      },
    }),
  }),
});
