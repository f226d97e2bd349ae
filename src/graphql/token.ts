import type { MintedToken } from '../mint/minted-token.ts';
import { assertTemplateName } from '../mint/template-name.ts';
import type { MaybePromise } from '../time/maybe-promise.ts';
import { builder } from './builder.ts';
import type { GatewayContext } from './context.ts';
import { countingFailure, countTokenField } from './result-usage.ts';

/** The fields of `Token`, from a token and the time in milliseconds since the epoch. */
export const tokenFields = {
  jwt: ({ jwt }: MintedToken) => jwt,
  expiresAt: ({ expiresAt }: MintedToken) => new Date(expiresAt * 1000),
  expiresIn: ({ expiresAt }: MintedToken, now: number) => Math.max(0, Math.floor(expiresAt - now / 1000)),
  claims: ({ claims }: MintedToken) => claims,
};

/** The name of a field of `Token`. */
export type TokenField = keyof typeof tokenFields;

/** The graph type `Token`: a template token. */
export const tokenRef = builder.objectRef<MintedToken>('Token').implement({
  description: 'A token for another service, minted by Clerk from a JWT template.',
  fields: (t) => ({
    jwt: t.field({
      type: 'JWT',
      description: 'The token itself, to be sent to the other service.',
      resolve: (token, _args, { resultUsage }) => {
        countTokenField(resultUsage, token, 'jwt');
        return tokenFields.jwt(token);
      },
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When the token expires (its claim `exp`).',
      resolve: tokenFields.expiresAt,
    }),
    expiresIn: t.int({
      description: "Whole seconds left by the gateway's clock, for clients whose own clock is wrong.",
      resolve: (token, _args, { now }) => tokenFields.expiresIn(token, now()),
    }),
    claims: t.field({
      type: 'JSONObject',
      description: "The token's claims, decoded. Trust them as far as you trust this gateway.",
      resolve: (token, _args, { resultUsage }) => {
        countTokenField(resultUsage, token, 'claims');
        return tokenFields.claims(token);
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

/** Resolves a token field. The name is checked before the caller. A failure is counted: an operation may have many of these fields. */
export function resolveToken(
  { template, fresh }: TokenArgs,
  context: GatewayContext,
): MaybePromise<MintedToken> {
  return countingFailure(context.resultUsage, () => {
    assertTemplateName(template);
    return context.loadToken({ template, mode: fresh ? 'force' : 'cached' });
  });
}
