import { builder } from './builder.ts';

/** The argument `template` alone. */
export const templateArgs = builder.args((t) => ({
  template: t.string({
    required: true,
    description: 'The name of a JWT template, as it stands in the Clerk Dashboard.',
  }),
}));

/** The arguments `template` and `fresh`, the same on every field that answers a token once. */
export const tokenArgs = {
  ...templateArgs,
  ...builder.args((t) => ({
    fresh: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Ask for a token that is minted after this request, for example after a change of role.',
    }),
  })),
};
