import { GraphQLError } from 'graphql';

/** The part of a GraphQL schema that is used, of any copy of graphql-js. */
export interface RouterSchema {
  getType(name: string): unknown;
}

/**
 * Returns the class `GraphQLError` of the copy of graphql-js that created a schema. A router masks errors of every other copy, and an application may
 * have two: one for the router, one for Mintgate.
 *
 * @returns that of Mintgate without a schema
 */
export function errorClassOf(schema: RouterSchema | undefined): typeof GraphQLError {
  // Every schema has this scalar, and its refusal of a value is a `GraphQLError`.
  const { parseValue } = (schema?.getType('Boolean') ?? {}) as { parseValue?: (value: unknown) => unknown };
  try {
    parseValue?.('');
  } catch (error) {
    if (error instanceof Error && error.name === 'GraphQLError')
      return error.constructor as typeof GraphQLError;
  }
  return GraphQLError;
}
