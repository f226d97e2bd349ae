import { ConfigurationError } from '../../config/configuration-error.ts';
import { optionTable } from '../../config/option-table.ts';
import type { SecretList } from '../../config/secret-list.ts';
import { isPlainObject } from '../../json/is-plain-object.ts';
import { keyRefusedMessage } from '../check/call-clerk.ts';
import { listTemplates } from '../check/list-templates.ts';
import { type Configuration, requireOptions } from '../configuration/read-configuration.ts';
import type { ListedTemplates } from './select-templates.ts';

/**
 * Reads the templates of a Clerk instance.
 *
 * @param from - `clerk` for Clerk's API, with the secret key of the configuration; `demo` for the demo data of the local Clerk; else the path of
 *   a file with an export, or with data of the local Clerk
 * @throws ConfigurationError
 */
export async function readTemplates(from: string, configuration: Configuration): Promise<ListedTemplates> {
  if (from === 'clerk') return templatesOfClerk(configuration);
  const { readLocalTemplates } = await import('../dev/local-templates.ts');
  return readLocalTemplates(from === 'demo' ? undefined : from);
}

async function templatesOfClerk(configuration: Configuration): Promise<ListedTemplates> {
  const { options } = configuration;
  requireOptions(['secretKey', 'apiUrl'], configuration);
  const listed = await listWithKeys(
    optionTable.secretKey.schema.parse(options.secretKey),
    optionTable.apiUrl.schema.parse(options.apiUrl ?? optionTable.apiUrl.default),
  );
  return { claims: claimsOf(listed), firebase: 'not listed' };
}

/** Returns the claims of templates by name. */
export function claimsOf(
  listed: ReadonlyMap<string, { readonly claims: object }>,
): ReadonlyMap<string, object> {
  // A template whose claims are no object adds none to its tokens.
  return new Map([...listed].map(([name, { claims }]) => [name, isPlainObject(claims) ? claims : {}]));
}

/** Lists the templates with the first key that Clerk accepts. @param keys - the newest first */
async function listWithKeys(
  keys: SecretList | readonly string[],
  apiUrl: string,
): ReturnType<typeof listTemplates> {
  const [secretKey = '', ...older] = keys;
  try {
    // Lists need no publishable key.
    return await listTemplates({ secretKey, publishableKey: '', apiUrl });
  } catch (error) {
    const isRefused = error instanceof ConfigurationError && error.problems.includes(keyRefusedMessage);
    if (!isRefused || older.length === 0) throw error;
    return listWithKeys(older, apiUrl);
  }
}
