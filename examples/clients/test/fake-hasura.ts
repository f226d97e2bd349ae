import { createServer } from 'node:http';
import { buildSchema, execute, parse, subscribe, validate } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import type { JWTPayload } from 'jose';
import { type WebSocket, WebSocketServer } from 'ws';
import { listen, stop } from '../../listen.ts';

const schema = buildSchema('type Query { user: String } type Subscription { user: String }');
const everyMs = 50;

/**
 * Hasura's WebSocket endpoint, as far as tokens go: it verifies the token of each connection, and closes the connection when the token ends.
 *
 * @param verify - gives the claims of a good token, rejects for others
 */
export async function startFakeHasura(
  verify: (token: string) => Promise<JWTPayload>,
  atEnd: (cleanUp: () => unknown) => void,
) {
  const seen = {
    /** The `jti` of the token of each connection. */
    connections: [] as unknown[],
    /** How many connections have lived for as long as their token. */
    expired: 0,
    /** Connections that are open now. */
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

/** The same result again and again, as of a live query whose data change all the time. */
async function* results(user: unknown, socket: WebSocket) {
  while (socket.readyState === socket.OPEN) {
    yield { user };
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
