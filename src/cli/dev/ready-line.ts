import type { LocalClerk } from '../../local-clerk/index.ts';
import type { SignSessionToken } from './session-token-signer.ts';

/**
 * Returns the first line of `mintgate dev --json`: addresses, keys and session tokens as JSON, and a line break.
 *
 * @param url - the GraphQL endpoint
 */
export async function readyLine(
  url: string,
  clerk: LocalClerk,
  signSessionToken: SignSessionToken,
): Promise<string> {
  const sessions = await Promise.all(
    clerk
      .sessions()
      .map(async ({ id, userId, label }) => ({ id, userId, label, token: await signSessionToken(id) })),
  );
  const { url: clerkUrl, secretKey, publishableKey } = clerk;
  return `${JSON.stringify({ url, clerkUrl, secretKey, publishableKey, sessions })}\n`;
}
