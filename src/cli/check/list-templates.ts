import type { JwtTemplate } from '@clerk/backend';
import type { ClerkSettings } from '../../clerk/client.ts';
import { ConfigurationError } from '../../config/configuration-error.ts';
import { type ClerkCallError, callClerk, keyRefusedMessage } from './call-clerk.ts';

/**
 * Lists the JWT templates of a Clerk instance, by name.
 *
 * @throws ConfigurationError when Clerk refuses the secret key, or does not list its templates
 */
export async function listTemplates(clerk: ClerkSettings): Promise<Map<string, JwtTemplate>> {
  try {
    return await callClerk(clerk, async (client) => {
      const { data } = await client.jwtTemplates.list({ limit: 500 });
      return new Map(data.map((template) => [template.name, template]));
    });
  } catch (error) {
    const { keyRefused, message } = error as ClerkCallError;
    throw new ConfigurationError([
      keyRefused ? keyRefusedMessage : `CLERK_API_URL: Clerk does not list its JWT templates (${message})`,
    ]);
  }
}
