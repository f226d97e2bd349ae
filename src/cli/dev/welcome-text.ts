import type { LocalClerk } from '../../local-clerk/index.ts';

/**
 * Returns the text that `mintgate dev` prints at its start, with its addresses.
 *
 * @param origin - such as `http://127.0.0.1:4000`
 * @param url - the GraphQL endpoint
 */
export function welcomeText(
  origin: string,
  url: string,
  clerk: Pick<LocalClerk, 'url' | 'sessions'>,
): string {
  const count = clerk.sessions().length;
  return `
  Mintgate is ready, on a local Clerk. Nothing leaves this machine.

  Start here   ${origin}/
  GraphQL      ${url}
  Local Clerk  ${clerk.url}  (${count} ${count === 1 ? 'session' : 'sessions'})

`;
}
