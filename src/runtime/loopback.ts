import { isIPv4 } from 'node:net';

/** True for `localhost`, 127.0.0.0/8 and ::1, with or without the brackets of a URL. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (name === 'localhost' || name === '::1') return true;
  return isIPv4(name) && name.startsWith('127.');
}

/** True when a `Host` header (name and optional port) names loopback: the guard against DNS rebinding. */
export function isLoopbackAuthority(authority: string): boolean {
  return isLoopback(authority.replace(/:\d{1,5}$/, ''));
}
