/**
 * The operations of this gateway with the types of their variables and data, for clients of your own: each is a string to `toString()` and
 * `JSON.stringify`, and `__meta__.hash` is its name in a manifest of known documents.
 *
 * @module
 */
export * from './generated/graphql.ts';
