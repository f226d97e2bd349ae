import { isIPv4 } from 'node:net';

/** Returns whether a host name is `localhost`, in 127.0.0.0/8, or ::1 with or without the brackets of a URL. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (name === 'localhost' || name === '::1') return true;
  return isIPv4(name) && name.startsWith('127.');
}

/** Returns whether a `Host` header (name and optional port) names loopback. This guards against DNS rebinding. */
export function isLoopbackAuthority(authority: string): boolean {
  return isLoopback(authority.replace(/:\d{1,5}$/, ''));
}
