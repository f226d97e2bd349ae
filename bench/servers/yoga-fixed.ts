// GraphQL Yoga without the defaults that cost time, and a field that always returns the same token: no caller, no Clerk.
import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { answerMeasurer, settings } from './answer.ts';
import type { Answers } from './base-line.ts';
import { listen } from './listen.ts';
import { typeDefs } from './schema.ts';

const { answers } = settings<{ answers: Answers }>();
const { data } = JSON.parse(answers.client);

const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers: { Query: { sessionToken: () => data.sessionToken } } }),
  logging: false,
  maskedErrors: false,
  cors: false,
  graphiql: false,
  landingPage: false,
  multipart: false,
  batching: false,
  maxRequestBodySize: false,
});
answerMeasurer(`${await listen(createServer(yoga))}/graphql`, {});
