import { createClerkClient } from '@clerk/backend';
import { isClerkAPIResponseError } from '@clerk/backend/errors';
import type { Settings } from '../../config/parse-options.ts';
import { apiKeysPage } from '../../errors.ts';
import { withTimeout } from '../../time/with-timeout.ts';
import { type Finding, patience } from './check-report.ts';

/**
 * Compares the Frontend API that the publishable key names with those of the instance whose secret key it is: with the key of
 * another instance, cookies would not be recognized.
 */
export async function checkPublishableKey(settings: Settings): Promise<Finding> {
  const named = settings.frontendApi;
  const { hosts, why } = await frontendApis(settings);
  if (hosts.length === 0) {
    const text = `CLERK_PUBLISHABLE_KEY: names ${named}; whether that is this instance is not known: ${why}`;
    return { verdict: 'note', text };
  }
  if (hosts.includes(named.toLowerCase())) {
    return { verdict: 'ok', text: `CLERK_PUBLISHABLE_KEY: names ${named}, a Frontend API of this instance` };
  }
  const mismatch = `names ${named}, but the instance of CLERK_SECRET_KEY has ${hosts.join(', ')}`;
  return {
    verdict: 'fail',
    text: `CLERK_PUBLISHABLE_KEY: ${mismatch}: copy both keys from one page, ${apiKeysPage}`,
  };
}

/** The hosts of the instance's Frontend APIs, of satellite domains among them; or why there are none. */
async function frontendApis(settings: Settings): Promise<{ hosts: string[]; why?: string }> {
  const { secretKey, publishableKey, apiUrl } = settings;
  const clerk = createClerkClient({ secretKey, publishableKey, apiUrl, telemetry: { disabled: true } });
  try {
    const { data } = await withTimeout(clerk.domains.list(), patience, () => new Error('no answer'));
    const hosts = data.map(({ frontendApiUrl }) => URL.parse(frontendApiUrl)?.host ?? '').filter(Boolean);
    return { hosts, why: 'Clerk lists no domain of it' };
  } catch (error) {
    const status = isClerkAPIResponseError(error) ? error.status : undefined;
    const answer = status === undefined ? 'no usable answer' : `status ${status}`;
    return { hosts: [], why: `Clerk does not list its domains (${answer})` };
  }
}
