import { createClient, keySetUrl } from '../clerk/client.ts';
import { createRemoteKeys } from '../clerk/jwks.ts';
import { createSecretKeyHealth } from '../clerk/secret-key-health.ts';
import type { Settings } from '../config/parse-options.ts';
import type { Base } from './base.ts';

/** The connection to Clerk, which outlives a reload: its SDK, the key set, and whether Clerk accepts the secret key. */
export type ClerkConnection = ReturnType<typeof connectClerk>;

/** Connects to Clerk. Calls nothing yet. */
export function connectClerk({ present, log, now }: Base, settings: Settings) {
  const { publishableKey, apiUrl } = settings;
  const [secretKey] = settings.secretKey;
  const clerk = createClient({ secretKey, publishableKey, apiUrl });
  const remoteKeys = createRemoteKeys({
    url: keySetUrl(apiUrl),
    ...{ secretKey, log, now, fetch: globalThis.fetch },
    deadline: () => present().settings.deadline,
    onKeyVerdict: (verdict) => keyHealth.report(verdict),
  });
  const keyHealth = createSecretKeyHealth({ probe: remoteKeys.refresh, now });
  return { clerk, remoteKeys, keyHealth };
}
