import { createTokenSource, type TokenSource } from 'mintgate/client';

/** What is needed of Clerk's browser SDK: `window.Clerk` once it is loaded, or `useClerk()`. */
export interface BrowserClerk {
  session?:
    | { id: string; getToken(options?: { skipCache?: boolean }): Promise<string | null> }
    | null
    | undefined;
  addListener(listener: (state: { session?: { id: string } | null | undefined }) => void): unknown;
}

/** A token source whose session token comes from Clerk's browser SDK. */
export function clerkTokenSource(clerk: BrowserClerk, url: string, template: string): TokenSource {
  const source = createTokenSource({
    url,
    template,
    credentials: { getToken: (options) => clerk.session?.getToken(options) },
  });
  // The source looks at the session whenever it is asked. This tells its listeners of a change at once.
  let known = clerk.session?.id;
  clerk.addListener(({ session }) => {
    if (session?.id === known) return;
    known = session?.id;
    source.getToken().catch(() => {});
  });
  return source;
}
