/**
 * Returns the host of the Frontend API, which the publishable key encodes. `localhost` and `::1` become 127.0.0.1, because
 * Clerk's SDKs require a dot in the host.
 */
export function frontendApiHost(host: string, port: number): string {
  const name = host.startsWith('127.') ? host : '127.0.0.1';
  return `${name}:${port}`;
}

/** Returns a publishable key in Clerk's format: the host of the Frontend API and `$`, in base64. */
export function publishableKeyFor(frontendApi: string): string {
  return `pk_test_${btoa(`${frontendApi}$`)}`;
}
