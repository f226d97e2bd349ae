import type { GatewayOptions } from '../../src/index.ts';
import { tokenQuery } from './answer.ts';
import { newSigningSecret, send, signWebhook } from './clerk-events.ts';
import type { TestGateway, useGateways } from './gateway.ts';

/** Gateways that take webhooks, and what is done with them. */
export function useWebhooks(world: ReturnType<typeof useGateways>) {
  const secret = newSigningSecret();
  return {
    secret,
    start: (options: Partial<GatewayOptions> = {}): TestGateway =>
      world.start({ webhookSigningSecret: secret, ...options }),
    /** Delivers an event, well signed. @returns the HTTP status */
    async deliver(gateway: TestGateway, event: unknown): Promise<number> {
      return (await send(gateway, signWebhook(secret, event))).status;
    },
    /** Asks with a session token that is presented as it is, and gives the token or the error's code. */
    async askWith(gateway: TestGateway, bearer: string, template = 'hasura'): Promise<string> {
      const { data, codes } = await gateway.ask(tokenQuery, { bearer, variables: { template } });
      return codes[0] ?? data.sessionToken.jwt;
    },
  };
}
