import type { ClerkSettings } from '../../clerk/client.ts';
import { frontendApiHost } from '../../clerk/publishable-key.ts';
import { apiKeysPage } from '../../errors.ts';
import { callClerk } from './call-clerk.ts';
import type { Finding } from './finding.ts';

/**
 * Compares the Frontend API that the publishable key names with the domains of the instance of the secret key. With the
 * publishable key of another instance, the gateway would not recognize cookies.
 */
export async function checkPublishableKey(clerk: ClerkSettings): Promise<Finding> {
  const named = frontendApiHost(clerk.publishableKey) as string;
  const { hosts, reason } = await listFrontendApis(clerk);
  if (hosts.length === 0) {
    const text = `CLERK_PUBLISHABLE_KEY: names ${named}; not compared with the instance: ${reason}`;
    return { verdict: 'note', text };
  }
  if (hosts.includes(named.toLowerCase())) {
    return { verdict: 'ok', text: `CLERK_PUBLISHABLE_KEY: names ${named}, a Frontend API of this instance` };
  }
  const mismatch = `names ${named}, but the instance of CLERK_SECRET_KEY has ${hosts.join(', ')}`;
  return {
    verdict: 'fail',
    text: `CLERK_PUBLISHABLE_KEY: ${mismatch}: copy both keys from ${apiKeysPage}`,
  };
}

/** Lists the hosts of the instance's Frontend APIs, including satellite domains. Without hosts, `reason` explains why. */
async function listFrontendApis(clerk: ClerkSettings): Promise<{ hosts: string[]; reason: string }> {
  try {
    const hosts = await callClerk(clerk, async (client) => {
      const { data } = await client.domains.list();
      return data.map(({ frontendApiUrl }) => URL.parse(frontendApiUrl)?.host ?? '');
    });
    return { hosts: hosts.filter(Boolean), reason: 'Clerk lists no domain of the instance' };
  } catch (error) {
    return { hosts: [], reason: `Clerk does not list the domains (${(error as Error).message})` };
  }
}
