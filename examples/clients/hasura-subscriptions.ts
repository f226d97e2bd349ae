import {
  type Client,
  createClient,
  type FormattedExecutionResult,
  type Sink,
  type SubscribePayload,
} from 'graphql-ws';
import { TokenError, type TokenSource } from 'mintgate/client';
import { awaitToken } from './transient.ts';

const pause = (seconds: number) => new Promise<void>((resolve) => setTimeout(resolve, 1000 * seconds));

// Hasura closes a connection with this code when its token expires, and graphql-ws would not reconnect.
const tokenEnded = 4400;

/**
 * Creates a graphql-ws client of Hasura that reconnects with each new token, before the old one expires. Its subscriptions continue.
 *
 * @param url - such as `wss://hasura.example.com/v1/graphql`
 */
export function hasuraSubscriptions(url: string, source: TokenSource): Client {
  let token: string | null = null;
  let failure: unknown;
  let acknowledged = false;
  let renewing = false;
  let unsubscribe = () => {};

  const client = createClient({
    // Not in connectionParams, because Hasura does not wait long for those. This must not throw.
    async url() {
      try {
        token = await awaitToken(source);
        failure = undefined;
      } catch (error) {
        failure = error;
      }
      return url;
    },
    connectionParams() {
      if (failure) throw failure;
      return token ? { headers: { Authorization: `Bearer ${token}` } } : {};
    },
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: (error) => !(error instanceof TokenError),
    async retryWait(retries) {
      if (!renewing) await pause(Math.min(30, 2 ** retries) * (1 + Math.random() / 2));
      renewing = false;
    },
    on: {
      connecting() {
        acknowledged = false;
      },
      connected() {
        acknowledged = true;
        unsubscribe = source.subscribe(renew);
        renew();
      },
      closed: () => unsubscribe(),
    },
  });

  /** Reconnects if the source has another token. */
  async function renew(): Promise<void> {
    const next = await source.getToken().catch(() => token);
    if (!acknowledged || next === token) return;
    renewing = true;
    client.terminate();
  }

  return {
    ...client,
    /** Like that of graphql-ws, but it continues when the token of the connection has expired, as after a sleep or a long outage. */
    subscribe<Data, Extensions>(
      payload: SubscribePayload,
      sink: Sink<FormattedExecutionResult<Data, Extensions>>,
    ): () => void {
      let end: () => void;
      const begin = () => {
        end = client.subscribe<Data, Extensions>(payload, {
          next: (result) => sink.next(result),
          complete: () => sink.complete(),
          error(error) {
            if (!acknowledged || (error as { code?: unknown } | null)?.code !== tokenEnded)
              return sink.error(error);
            const timer = setTimeout(begin, 1000);
            end = () => {
              end = () => {};
              clearTimeout(timer);
              sink.complete();
            };
          },
        });
      };
      begin();
      return () => end();
    },
  };
}
