import { buildSchema, GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import { errorClassOf } from '../../src/hive-gateway/error-class.ts';

describe('errorClassOf', () => {
  test('is the class of the copy of graphql-js that created the schema', () => {
    expect(errorClassOf(buildSchema('type Query { a: Int }'))).toBe(GraphQLError);
    class OtherError extends Error {
      override name = 'GraphQLError';
    }
    const parseValue = () => {
      throw new OtherError();
    };
    expect(errorClassOf({ getType: () => ({ parseValue }) })).toBe(OtherError);
  });

  test.each([
    ['no schema', undefined],
    ['no scalar', () => undefined],
    ['a scalar that accepts everything', () => ({ parseValue: () => true })],
    ['an error of another kind', () => ({ parseValue: () => JSON.parse('') })],
  ])('is that of Mintgate with %s', (_what, getType) => {
    expect(errorClassOf(getType && { getType })).toBe(GraphQLError);
  });
});
