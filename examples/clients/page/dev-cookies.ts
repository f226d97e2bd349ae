// As Clerk sets them in development: readable by scripts, valid for every port of the host, not sent to other sites.
const attributes = 'path=/; SameSite=Lax';
const names = ['__session', '__client_uat', '__clerk_db_jwt'];

/** Stores a session token in cookies, which the browser sends. */
export function setCookies(sessionToken: string): void {
  const values = [sessionToken, String(Math.floor(Date.now() / 1000) - 60), 'dvb_dev'];
  names.forEach((name, at) => {
    // biome-ignore lint/suspicious/noDocumentCookie: Clerk's SDK does the same
    document.cookie = `${name}=${values[at]}; ${attributes}`;
  });
}

export function clearCookies(): void {
  for (const name of names) {
    // biome-ignore lint/suspicious/noDocumentCookie: Clerk's SDK does the same
    document.cookie = `${name}=; max-age=0; ${attributes}`;
  }
}
