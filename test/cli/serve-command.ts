import { SessionTokenDocument } from '../../src/client/generated/graphql.ts';
import type { LocalClerk } from '../../src/local-clerk/index.ts';
import { startCommand } from '../support/command.ts';
import { postOperation } from '../support/post.ts';

const origin = 'http://localhost:3000';

/** Returns an environment with the keys of a local Clerk. */
export function serveEnv(clerk: LocalClerk, more: Record<string, string> = {}): Record<string, string> {
  return {
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_API_URL: clerk.url,
    CLERK_AUTHORIZED_PARTIES: origin,
    MINTGATE_TEMPLATES: 'hasura',
    ...{ HOST: '127.0.0.1', PORT: '0', MINTGATE_SHUTDOWN_DELAY_MS: '0' },
    ...more,
  };
}

/** Starts `mintgate serve`, and waits until it listens. */
export async function startServe(env: Record<string, string>) {
  const command = await startCommand(['serve'], { env });
  const [, url = ''] = await command.seen(/"url":"([^"]+)"/);
  return {
    ...command,
    /** Requests a token with a session token. @returns the token, or the code of the error */
    async ask(token: string): Promise<string> {
      const { data, codes } = await postOperation(url, SessionTokenDocument, {
        variables: { template: 'hasura' },
        token,
      });
      return codes[0] ?? data.sessionToken?.jwt ?? 'no token';
    },
  };
}

/** Mints a session token for a session, as a browser has it. */
export function sessionTokenOf(clerk: LocalClerk, session: string): Promise<string> {
  return clerk.mintSessionToken(session, { azp: origin });
}
