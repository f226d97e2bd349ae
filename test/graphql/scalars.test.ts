import { GraphQLScalarType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';

describe('the scalar JWT', () => {
  const scalar = schema.getType('JWT');
  if (!(scalar instanceof GraphQLScalarType)) throw new Error('expected the scalar JWT');

  test('accepts three base64url parts, and an empty signature', () => {
    expect(scalar.serialize('a.b.c')).toBe('a.b.c');
    expect(scalar.parseValue('a-_.b.')).toBe('a-_.b.');
    expect(scalar.parseLiteral({ kind: 'StringValue', value: 'a.b.c' } as never)).toBe('a.b.c');
  });

  test.each(['', 'secret', 'a.b', 'a.b.c.d', 'a b.c.d', 5, null, undefined])(
    'X06 refuses %j without quoting it',
    (value) => {
      const message = /^Expected a JSON Web Token in compact form\.$/;
      expect(() => scalar.parseValue(value)).toThrow(message);
      expect(() => scalar.parseLiteral({ kind: 'IntValue', value: '5' } as never)).toThrow(message);
    },
  );
});
