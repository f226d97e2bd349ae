/**
 * The typed operations of the gateway, with their variables and data, for your own GraphQL client. `toString()` and `JSON.stringify`
 * return the text of a document, and `__meta__.hash` is its id in a manifest of persisted documents.
 *
 * @module
 */
export * from './generated/graphql.ts';
export { type TokenQuery, type TokenQueryVariables, tokenDocument } from './token-document.ts';
