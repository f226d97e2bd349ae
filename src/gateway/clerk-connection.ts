import { createClient, keySetUrl } from '../clerk/client.ts';
import { createRemoteKeys } from '../clerk/jwks.ts';
import { probeSecretKey } from '../clerk/probe-secret-key.ts';
import { createSecretKeyHealth } from '../clerk/secret-key-health.ts';
import { createSecretKeys } from '../clerk/secret-keys.ts';
import type { Settings } from '../config/parse-options.ts';
import type { Base } from './base.ts';

/** The connection to Clerk, which outlives a reload: the secret keys, the key set, and whether Clerk accepts the secret keys. */
export type ClerkConnection = ReturnType<typeof connectClerk>;

/** Connects to Clerk. Calls nothing yet. */
export function connectClerk({ present, log, reporter, now }: Base, settings: Settings) {
  const { publishableKey, apiUrl } = settings;
  const url = keySetUrl(apiUrl);
  const { fetch } = globalThis;
  const deadline = () => present().settings.deadline;
  const secretKeys = createSecretKeys({
    list: settings.secretKey,
    connect: (secretKey) => createClient({ secretKey, publishableKey, apiUrl }),
    probe: (key, reference) => probeSecretKey({ url, deadline: deadline(), fetch }, key, reference),
    ...{ log, now },
  });
  const remoteKeys = createRemoteKeys({ url, secretKeys, deadline, log, reporter, now, fetch });
  const keyHealth = createSecretKeyHealth({ secretKeys, refresh: remoteKeys.refresh, now });
  return { secretKeys, remoteKeys, keyHealth };
}
