import type { MintedToken } from '../mint/minted-token.ts';
import { assertTemplateName } from '../mint/template-name.ts';
import { builder } from './builder.ts';
import type { GatewayContext } from './context.ts';
import { countFailure, countTokenField } from './result-usage.ts';

/** `Token`: a template token as the graph shows it. */
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

/** The arguments of every field that answers a token. */
export interface TokenArgs {
  template: string;
  fresh: boolean;
}

/**
 * Answers a token field. The order matters: the name before anything else is done, then the caller, so that every
 * token field of an operation reaches the loader in the same batch.
 */
export async function resolveToken(args: TokenArgs, context: GatewayContext): Promise<MintedToken> {
  const { template, fresh } = args;
  try {
    assertTemplateName(template);
    await context.tokenCaller(template);
    return await context.tokens.load({ template, mode: fresh ? 'force' : 'cached' });
  } catch (error) {
    throw countFailure(context.resultUsage, error);
  }
}
