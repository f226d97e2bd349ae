import { createTokenSource, type TokenSource } from 'mintgate/client';

/** The used part of Clerk's browser SDK: `window.Clerk` once it is loaded, or `useClerk()`. */
export interface BrowserClerk {
  session?: BrowserSession | null | undefined;
  addListener(listener: (state: { session?: BrowserSession | null | undefined }) => void): unknown;
}

interface BrowserSession {
  id: string;
  lastActiveOrganizationId?: string | null;
  getToken(options?: { skipCache?: boolean }): Promise<string | null>;
}

/** Names the session and its active organization; null when no session is signed in. */
const identityOf = (session: BrowserClerk['session']) =>
  session ? `${session.id} ${session.lastActiveOrganizationId}` : null;

/** Creates a token source with the session token of Clerk's browser SDK. */
export function clerkTokenSource(clerk: BrowserClerk, url: string, template: string): TokenSource {
  const source = createTokenSource({
    url,
    template,
    credentials: {
      getToken: (options) => clerk.session?.getToken(options),
      identity: () => identityOf(clerk.session),
    },
  });
  // The source reads the session at each call. With this, its listeners learn of a change at once.
  let known = identityOf(clerk.session);
  clerk.addListener(({ session }) => {
    const identity = identityOf(session);
    if (identity === known) return;
    known = identity;
    source.getToken().catch(() => {});
  });
  return source;
}
