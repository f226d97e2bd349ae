import type { MintedToken } from '../mint/minted-token.ts';
import { assertTemplateName } from '../mint/template-name.ts';
import { builder } from './builder.ts';
import type { GatewayContext } from './context.ts';
import { countFailure, countTokenField } from './result-usage.ts';

/** The graph type `Token`: a template token. */
export const tokenRef = builder.objectRef<MintedToken>('Token').implement({
  description: 'A token for another service, minted by Clerk from a JWT template.',
  fields: (t) => ({
    jwt: t.field({
      type: 'JWT',
      description: 'The token itself, to be sent to the other service.',
      resolve: (token, _args, { resultUsage }) => {
        countTokenField(resultUsage, token, 'jwt');
        return token.jwt;
      },
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When the token expires (its claim `exp`).',
      resolve: (token) => new Date(token.expiresAt * 1000),
    }),
    expiresIn: t.int({
      description: "Whole seconds left by the gateway's clock, for clients whose own clock is wrong.",
      resolve: (token, _args, { now }) => Math.max(0, Math.floor(token.expiresAt - now() / 1000)),
    }),
    claims: t.field({
      type: 'JSONObject',
      description: "The token's claims, decoded. Trust them as far as you trust this gateway.",
      resolve: (token, _args, { resultUsage }) => {
        countTokenField(resultUsage, token, 'claims');
        return token.claims;
      },
    }),
  }),
});

/** The argument `template`. */
export const templateArgs = builder.args((t) => ({
  template: t.string({
    required: true,
    description: 'The name of a JWT template in the Clerk Dashboard.',
  }),
}));

/** The arguments `template` and `fresh` of the fields that return one token. */
export const tokenArgs = {
  ...templateArgs,
  ...builder.args((t) => ({
    fresh: t.boolean({
      required: true,
      defaultValue: false,
      description:
        'Request a token that is minted after this request began, for example after a change of role. The default is false.',
    }),
  })),
};

/** The values of `tokenArgs`. */
interface TokenArgs {
  template: string;
  fresh: boolean;
}

/**
 * Resolves a token field. The order matters: first the name is checked, then the caller, so that all token fields of an operation
 * reach the loader in one batch.
 */
export async function resolveToken(args: TokenArgs, context: GatewayContext): Promise<MintedToken> {
  const { template, fresh } = args;
  try {
    assertTemplateName(template);
    await context.requireTokenCaller(template);
    return await context.tokens.load({ template, mode: fresh ? 'force' : 'cached' });
  } catch (error) {
    throw countFailure(context.resultUsage, error);
  }
}
