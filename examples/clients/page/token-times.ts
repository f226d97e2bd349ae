/** Returns `iat` and `exp` of a token, in seconds since the epoch, without verification. */
export function tokenTimes(jwt: string): { iat: number; exp: number } {
  const payload = jwt.split('.')[1] ?? '';
  return JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/')));
}
