import type { GatewayOptions } from './options.ts';

/** The options that are secrets. They come from the environment, because config files are committed. */
export type SecretOption =
  | ('secretKey' | 'cacheKey' | 'webhookSigningSecret')
  | ('routerSecret' | 'coprocessorSecret' | 'redisUrl');

/** The options that `mintgate.config.ts` may set: all options of `createGateway` but the secrets. */
export type MintgateConfig = Partial<Omit<GatewayOptions, SecretOption>>;

/**
 * Types the default export of `mintgate.config.ts`.
 *
 * @param config - options of `createGateway`; the environment overrides them
 *
 * @example
 * export default defineConfig({ templates: { hasura: { maxLifetime: 300 } } });
 */
export function defineConfig(config: MintgateConfig): MintgateConfig {
  return config;
}
