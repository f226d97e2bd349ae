import { randomBytes } from 'node:crypto';
import { Webhook } from 'svix';
import { gatewayOrigin, type TestGateway } from '../support/gateway.ts';

/** The signing secret of this run. */
export const webhookSigningSecret = `whsec_${randomBytes(24).toString('base64')}`;

/** Creates a signed event of Clerk. @returns a function that delivers it to a gateway, as often as it is called */
export function webhookOf(type: string, data: Record<string, unknown>, at = Date.now()) {
  const id = `msg_${randomBytes(12).toString('hex')}`;
  const body = JSON.stringify({ type, object: 'event', timestamp: at, data });
  return (gateway: TestGateway): Promise<Response> => {
    const date = new Date();
    const signature = new Webhook(webhookSigningSecret).sign(id, date, body);
    return gateway.fetch(
      new Request(`${gatewayOrigin}/webhooks/clerk`, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'svix-id': id,
          'svix-timestamp': String(Math.floor(date.getTime() / 1000)),
          'svix-signature': signature,
        },
      }),
    );
  };
}

export const sessionRevoked = (id: string) => webhookOf('session.revoked', { id, object: 'session' });
export const userUpdated = (id: string, at?: number) =>
  webhookOf('user.updated', { id, object: 'user', banned: false }, at);
