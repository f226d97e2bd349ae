import {
  SessionTokenClaimsDocument,
  type SessionTokenClaimsQuery,
  type TypedDocumentString,
} from './generated/graphql.ts';
import type { ClaimsOf, TemplateName } from './register.ts';

/** The data of `tokenDocument`. */
export type TokenQuery<Name extends TemplateName = TemplateName> = {
  sessionToken:
    | (Omit<NonNullable<SessionTokenClaimsQuery['sessionToken']>, 'claims'> & { claims: ClaimsOf<Name> })
    | null;
};

/** The variables of `tokenDocument`. */
export type TokenQueryVariables<Name extends TemplateName = TemplateName> = {
  template: Name;
  fresh?: boolean;
};

/**
 * Returns the query `SessionTokenClaims`, with the type that the claims of a template have by `Register`. It is one document for all
 * templates: pass the name as the variable `template`, too.
 *
 * @param _template - the name of the template, which decides the types
 *
 * @example
 * const { data } = await client.query(tokenDocument('hasura'), { template: 'hasura' });
 */
export function tokenDocument<Name extends TemplateName>(
  _template: Name,
): TypedDocumentString<TokenQuery<Name>, TokenQueryVariables<Name>> {
  return SessionTokenClaimsDocument as TypedDocumentString<unknown, unknown> as never;
}
