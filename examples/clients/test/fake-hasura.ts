import { createServer } from 'node:http';
import { buildSchema, execute, parse, subscribe, validate } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import type { JWTPayload } from 'jose';
import { type WebSocket, WebSocketServer } from 'ws';
import { listen, stop } from '../../listen.ts';

const schema = buildSchema('type Query { user: String } type Subscription { user: String }');
const everyMs = 50;

/**
 * A stand-in for Hasura's WebSocket endpoint: it verifies the token of each connection, and closes the connection when the token expires.
 *
 * @param verify - returns the claims of a valid token, and rejects for others
 */
export async function startFakeHasura(
  verify: (token: string) => Promise<JWTPayload>,
  atEnd: (cleanUp: () => unknown) => void,
) {
  const seen = {
    /** The `jti` of the token of each connection. */
    connections: [] as unknown[],
    /** The number of connections that were closed because their token expired. */
    expired: 0,
    /** The number of open connections. */
    open: 0,
  };
  const users = new WeakMap<WebSocket, unknown>();
  const server = createServer();
  const sockets = new WebSocketServer({ server, path: '/v1/graphql' });
  sockets.on('connection', (socket) => {
    seen.open += 1;
    socket.on('close', () => {
      seen.open -= 1;
    });
  });

  useServer(
    {
      schema,
      parse,
      validate,
      execute,
      subscribe,
      async onConnect({ connectionParams, extra: { socket } }) {
        const { headers } = (connectionParams ?? {}) as { headers?: { Authorization?: string } };
        const claims = await verify(headers?.Authorization?.replace('Bearer ', '') ?? '').catch(
          () => undefined,
        );
        if (!claims?.exp) {
          socket.close(4400, 'Could not verify JWT');
          return false;
        }
        seen.connections.push(claims.jti);
        users.set(socket, claims.sub);
        const timer = setTimeout(
          () => {
            seen.expired += 1;
            socket.close(4400, 'Could not verify JWT: JWTExpired');
          },
          claims.exp * 1000 - Date.now(),
        );
        socket.on('close', () => clearTimeout(timer));
        return true;
      },
      roots: {
        subscription: {
          user: (_args: unknown, { socket }: { socket: WebSocket }) => results(users.get(socket), socket),
        },
      },
      context: ({ extra }) => extra,
    },
    sockets,
  );
  const origin = await listen(server);
  const close = () => {
    for (const socket of sockets.clients) socket.terminate();
    return stop(server);
  };
  atEnd(close);
  return {
    seen,
    url: `${origin.replace('http:', 'ws:')}/v1/graphql`,
    goDown: close,
    comeBack: () => listen(server, Number(new URL(origin).port)),
  };
}

/** Yields the same result repeatedly, like a live query of changing data. */
async function* results(user: unknown, socket: WebSocket) {
  while (socket.readyState === socket.OPEN) {
    yield { user };
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
