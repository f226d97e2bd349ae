import type { GatewayOptions } from '../../src/index.ts';
import { tokenQuery } from './answer.ts';
import { newSigningSecret, send, signWebhook } from './clerk-events.ts';
import type { TestGateway, useGateways } from './gateway.ts';

/** Creates helpers for gateways that accept webhooks. */
export function useWebhooks(world: ReturnType<typeof useGateways>) {
  const secret = newSigningSecret();
  return {
    secret,
    start: (options: Partial<GatewayOptions> = {}): TestGateway =>
      world.start({ webhookSigningSecret: secret, ...options }),
    /** Delivers an event with a valid signature. @returns the HTTP status */
    async deliver(gateway: TestGateway, event: unknown): Promise<number> {
      return (await send(gateway, signWebhook(secret, event))).status;
    },
    /** Requests a token with a session token. @returns the token, or the code of the error */
    async askWith(gateway: TestGateway, bearer: string, template = 'hasura'): Promise<string> {
      const { data, codes } = await gateway.ask(tokenQuery, { bearer, variables: { template } });
      return codes[0] ?? data.sessionToken.jwt;
    },
  };
}
