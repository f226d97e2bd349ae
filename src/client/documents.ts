/**
 * The operations of the gateway with the types of their variables and data, for your own clients. `toString()` and `JSON.stringify` give
 * the text of a document, and `__meta__.hash` is its id in a manifest of persisted documents.
 *
 * @module
 */
export * from './generated/graphql.ts';
