import { GraphQLError } from 'graphql';
import { createSchema, createYoga } from 'graphql-yoga';
import { expect, test } from 'vitest';
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
])('an error in an event has a code, and nothing of a token: %s', async (field, message) => {
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
