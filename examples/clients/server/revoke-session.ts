import { createHmac, randomUUID } from 'node:crypto';
import type { LocalClerk } from '../../../src/local-clerk/index.ts';

/**
 * Revokes a session of the local Clerk, and sends the webhook to the gateway, as Clerk does through Svix.
 *
 * @param webhookUrl - the gateway's endpoint for webhooks
 * @param secret - the signing secret, `whsec_...`
 * @see https://docs.svix.com/receiving/verifying-payloads/how-manual
 */
export async function revokeSession(
  clerk: LocalClerk,
  sessionId: string,
  webhookUrl: string,
  secret: string,
): Promise<void> {
  clerk.controls.setSessionStatus(sessionId, 'revoked');
  const now = Date.now();
  const data = { object: 'session', id: sessionId, status: 'revoked' };
  const body = JSON.stringify({ object: 'event', type: 'session.revoked', timestamp: now, data });
  const id = `msg_${randomUUID()}`;
  const seconds = Math.floor(now / 1000);
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  const response = await fetch(webhookUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'svix-id': id,
      'svix-timestamp': String(seconds),
      'svix-signature': `v1,${signature}`,
    },
    body,
  });
  if (!response.ok) throw new Error(`The gateway answered the webhook with ${response.status}.`);
}
