import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginUsageReportingDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import type { StartRouter } from './routers.ts';

interface Context {
  headers: Record<string, string | string[] | undefined>;
}

const forwarded = ['authorization', 'cookie', 'origin'];

/** Starts Apollo Gateway in Apollo Server, over HTTP. It forwards credentials to Mintgate alone. */
export const startApolloGateway: StartRouter = async (supergraphSdl) => {
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ name, url = '' }) =>
      new RemoteGraphQLDataSource<Context>({
        url,
        willSendRequest({ request, context }) {
          if (name !== 'mintgate') return;
          for (const header of forwarded) {
            const value = context.headers?.[header];
            if (typeof value === 'string') request.http?.headers.set(header, value);
          }
        },
      }),
  });
  const server = new ApolloServer<Context>({
    gateway,
    stopOnTerminationSignals: false,
    // Independent of the environment.
    plugins: [ApolloServerPluginUsageReportingDisabled()],
  });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port: 0 },
    context: async ({ req }) => ({ headers: req.headers }),
  });
  return { ask: (request) => fetch(url, request), close: () => server.stop() };
};
