import { createServer, type Server } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { createYoga } from 'graphql-yoga';

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key"])

  # Without a description: Query has one in Mintgate already, and a composer would ask which is meant.
  type Query {
    "A session by its id, as a list of devices shows it; null for one without a device."
    deviceSession(id: ID!): Session
  }

  type Session @key(fields: "id") {
    id: ID!
    "The device that the session was started on."
    device: String
  }
`);

interface SessionReference {
  id: string;
}

/** Creates a second subgraph, with the devices of sessions. It gets only the caller's headers that the router forwards. */
export function createDevicesServer(deviceOf: (sessionId: string) => string | undefined): Server {
  const schema = buildSubgraphSchema({
    typeDefs,
    resolvers: {
      Query: {
        deviceSession: (_root, { id }: SessionReference) => (deviceOf(id) === undefined ? null : { id }),
      },
      Session: {
        __resolveReference: ({ id }: SessionReference) => ({ id }),
        device: ({ id }: SessionReference) => deviceOf(id) ?? null,
      },
    },
  });
  return createServer(createYoga({ schema, landingPage: false, logging: 'warn' }));
}
