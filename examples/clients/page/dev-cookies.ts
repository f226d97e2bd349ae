// As Clerk sets them in development: readable by scripts, for the host of the page on every port, not sent to another site.
const attributes = 'path=/; SameSite=Lax';
const names = ['__session', '__client_uat', '__clerk_db_jwt'];

/** Keeps a session token where a browser sends it by itself. */
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
