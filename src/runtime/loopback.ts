/** An IPv4 address in 127.0.0.0/8, with decimal octets. */
const ipv4Loopback = /^127(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

/** Returns whether a host name is `localhost`, in 127.0.0.0/8, or ::1 with or without the brackets of a URL. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || ipv4Loopback.test(name);
}

/** Returns whether a `Host` header (name and optional port) names loopback. This guards against DNS rebinding. */
export function isLoopbackAuthority(authority: string): boolean {
  return isLoopback(authority.replace(/:\d{1,5}$/, ''));
}
