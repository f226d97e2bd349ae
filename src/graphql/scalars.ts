import { GraphQLError, GraphQLScalarType } from 'graphql';
import { DateTimeResolver, JSONObjectResolver } from 'graphql-scalars';
import { builder } from './builder.ts';

// The JWT scalar of graphql-scalars quotes a refused value in its error, which may be a token.
const jwtScalar = new GraphQLScalarType<string, string>({
  name: 'JWT',
  description: 'A JSON Web Token in compact form: three base64url parts separated by dots.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc7519',
  // Tokens are checked when they arrive (`decodeMintedToken`); checking a long text again takes a microsecond.
  serialize: String,
  parseValue: asJwt,
  parseLiteral: (node) => asJwt(node.kind === 'StringValue' ? node.value : undefined),
});

function asJwt(value: unknown): string {
  if (typeof value === 'string' && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(value)) return value;
  throw new GraphQLError('Expected a JSON Web Token in compact form.');
}

builder.addScalarType('JWT', jwtScalar);
builder.addScalarType('DateTime', DateTimeResolver);
builder.addScalarType('JSONObject', JSONObjectResolver);
