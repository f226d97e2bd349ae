import { createTokenSource, type TokenSource } from 'mintgate/client';

/** What is needed of Clerk's browser SDK: `window.Clerk` once it is loaded, or `useClerk()`. */
export interface BrowserClerk {
  session?: BrowserSession | null | undefined;
  addListener(listener: (state: { session?: BrowserSession | null | undefined }) => void): unknown;
}

interface BrowserSession {
  id: string;
  lastActiveOrganizationId?: string | null;
  getToken(options?: { skipCache?: boolean }): Promise<string | null>;
}

/** Names the session and the organization that is active in it; null when nobody is signed in. */
const identityOf = (session: BrowserClerk['session']) =>
  session ? `${session.id} ${session.lastActiveOrganizationId}` : null;

/** A token source whose session token comes from Clerk's browser SDK. */
export function clerkTokenSource(clerk: BrowserClerk, url: string, template: string): TokenSource {
  const source = createTokenSource({
    url,
    template,
    credentials: {
      getToken: (options) => clerk.session?.getToken(options),
      identity: () => identityOf(clerk.session),
    },
  });
  // The source looks at the session whenever it is asked. This tells its listeners of a change at once.
  let known = identityOf(clerk.session);
  clerk.addListener(({ session }) => {
    const identity = identityOf(session);
    if (identity === known) return;
    known = identity;
    source.getToken().catch(() => {});
  });
  return source;
}
