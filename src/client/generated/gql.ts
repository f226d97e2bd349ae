/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "query CallingSession {\n  session {\n    id\n    userId\n    organizationId\n  }\n}": typeof types.CallingSessionDocument,
    "subscription RenewedSessionToken($template: String!) {\n  sessionToken(template: $template) {\n    jwt\n    expiresAt\n    expiresIn\n  }\n}": typeof types.RenewedSessionTokenDocument,
    "query SessionTokenClaims($template: String!, $fresh: Boolean! = false) {\n  sessionToken(template: $template, fresh: $fresh) {\n    jwt\n    expiresAt\n    expiresIn\n    claims\n  }\n}": typeof types.SessionTokenClaimsDocument,
    "query SessionToken($template: String!, $fresh: Boolean! = false) {\n  sessionToken(template: $template, fresh: $fresh) {\n    jwt\n    expiresAt\n    expiresIn\n  }\n}": typeof types.SessionTokenDocument,
};
const documents: Documents = {
    "query CallingSession {\n  session {\n    id\n    userId\n    organizationId\n  }\n}": types.CallingSessionDocument,
    "subscription RenewedSessionToken($template: String!) {\n  sessionToken(template: $template) {\n    jwt\n    expiresAt\n    expiresIn\n  }\n}": types.RenewedSessionTokenDocument,
    "query SessionTokenClaims($template: String!, $fresh: Boolean! = false) {\n  sessionToken(template: $template, fresh: $fresh) {\n    jwt\n    expiresAt\n    expiresIn\n    claims\n  }\n}": types.SessionTokenClaimsDocument,
    "query SessionToken($template: String!, $fresh: Boolean! = false) {\n  sessionToken(template: $template, fresh: $fresh) {\n    jwt\n    expiresAt\n    expiresIn\n  }\n}": types.SessionTokenDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query CallingSession {\n  session {\n    id\n    userId\n    organizationId\n  }\n}"): typeof import('./graphql.ts').CallingSessionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription RenewedSessionToken($template: String!) {\n  sessionToken(template: $template) {\n    jwt\n    expiresAt\n    expiresIn\n  }\n}"): typeof import('./graphql.ts').RenewedSessionTokenDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query SessionTokenClaims($template: String!, $fresh: Boolean! = false) {\n  sessionToken(template: $template, fresh: $fresh) {\n    jwt\n    expiresAt\n    expiresIn\n    claims\n  }\n}"): typeof import('./graphql.ts').SessionTokenClaimsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query SessionToken($template: String!, $fresh: Boolean! = false) {\n  sessionToken(template: $template, fresh: $fresh) {\n    jwt\n    expiresAt\n    expiresIn\n  }\n}"): typeof import('./graphql.ts').SessionTokenDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
