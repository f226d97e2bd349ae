import { optionTable } from '../../config/option-table.ts';
import type { SecretList } from '../../config/secret-list.ts';
import { createKeyedHash } from '../../crypto/node-keyed-hash.ts';
import {
  type Configuration,
  completeOptions,
  readConfiguration,
} from '../configuration/read-configuration.ts';
import { readToken } from './read-token.ts';

/** The cache keys of a configuration, and the variable that they come from. */
interface CacheKeys {
  readonly variable: string;
  readonly secrets: SecretList;
}

/** Runs `mintgate fingerprint`: prints the `tokenHmac` that audit events have for the token on standard input, under each cache key. */
export async function fingerprint(): Promise<void> {
  const { variable, secrets } = cacheKeysOf(await readConfiguration(process.cwd()));
  const token = await readToken(process.stdin);
  for (const [index, secret] of secrets.entries()) {
    const entry = secrets.length === 1 ? '' : ` (entry ${index + 1})`;
    process.stdout.write(`${createKeyedHash(secret).fingerprint(token)}  ${variable}${entry}\n`);
  }
}

/** Returns the cache keys, without the other settings, which this command does not need. @throws ConfigurationError */
function cacheKeysOf(configuration: Configuration): CacheKeys {
  const { options } = configuration;
  const name = options.cacheKey === undefined ? 'secretKey' : 'cacheKey';
  const { variable, schema } = optionTable[name];
  const { data: secrets } = schema.safeParse(options[name]);
  // Without a valid key, completeOptions throws.
  return { variable, secrets: secrets ?? completeOptions(options, configuration).settings.cacheKey };
}
