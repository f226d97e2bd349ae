/** When a token began and ends, in seconds since the epoch. Nothing is verified. */
export function tokenTimes(jwt: string): { iat: number; exp: number } {
  const payload = jwt.split('.')[1] ?? '';
  return JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/')));
}
