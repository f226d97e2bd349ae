import { GraphQLError } from 'graphql';
import { createSchema, createYoga } from 'graphql-yoga';
import { describe, expect, test } from 'vitest';
import { gatewayError } from '../../src/errors.ts';
import { maskError } from '../../src/http/mask-error.ts';
import { useErrorCodes } from '../../src/http/plugins/use-error-codes.ts';
import { events } from '../support/event-stream.ts';

const tokenLike = `eyJ${'a'.repeat(20)}.${'b'.repeat(20)}.c`;

const yoga = createYoga({
  schema: createSchema({
    typeDefs: 'type Query { a: Int } type Subscription { public: Int foreign: Int }',
    resolvers: {
      Subscription: {
        public: { subscribe, resolve: () => refuse(new GraphQLError(`not with ${tokenLike}`)) },
        foreign: { subscribe, resolve: () => refuse(new Error(`secret ${tokenLike}`)) },
      },
    },
  }),
  logging: false,
  maskedErrors: { maskError, isDev: false },
  plugins: [useErrorCodes('production')],
});

async function* subscribe() {
  yield 1;
}

function refuse(error: Error): never {
  throw error;
}

test.each([
  ['public', 'not with [redacted]'],
  ['foreign', 'Unexpected error.'],
])('an error in an event has a code, and no token: %s', async (field, message) => {
  const response = await yoga.fetch('http://localhost/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: `subscription { ${field} }` }),
  });
  const [event] = await events(response);
  expect(event?.data).toMatchObject({
    data: { [field]: null },
    errors: [{ message, path: [field], extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
  });
});

describe('an error that a caller sees', () => {
  test.each([
    ['of GraphQL', new GraphQLError('a syntax error')],
    ['of the gateway', gatewayError('FORBIDDEN')],
    [
      'of the gateway that graphql-js has wrapped',
      new GraphQLError('x', { originalError: gatewayError('FORBIDDEN') }),
    ],
  ])('is the thrown one, if it is an error %s', (_what, error) => {
    expect(maskError(error)).toBe(error);
  });

  test.each([
    ['an Error', new Error('secret')],
    ['a wrapped Error', new GraphQLError('secret', { originalError: new TypeError('secret') })],
    ['a text', 'secret'],
    ['nothing', undefined],
  ])('X06 has no detail of %s', (_what, error) => {
    const masked = maskError(error);
    expect(masked).toMatchObject({ message: 'Unexpected error.', originalError: undefined });
    expect(masked).toMatchObject({ extensions: { code: 'INTERNAL_SERVER_ERROR', http: { status: 500 } } });
    expect(JSON.stringify([masked, String(masked)])).not.toContain('secret');
  });

  test('keeps its path, and the status of the answer, if it is that of a field', () => {
    const error = new GraphQLError('secret', { path: ['a'], originalError: new Error('secret') });
    expect(maskError(error)).toMatchObject({ path: ['a'], extensions: { code: 'INTERNAL_SERVER_ERROR' } });
    expect(maskError(error)).not.toHaveProperty('extensions.http');
  });
});
