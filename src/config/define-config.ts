import type { GatewayOptions } from './options.ts';

/** Options that are secrets: they belong to the environment, and in no file that is committed. */
export type SecretOption = 'secretKey' | 'cacheKey' | 'webhookSigningSecret' | 'routerSecret' | 'redisUrl';

/** What `mintgate.config.ts` may say: any option of `createGateway` that is no secret. */
export type MintgateConfig = Partial<Omit<GatewayOptions, SecretOption>>;

/**
 * Types the default export of `mintgate.config.ts`.
 *
 * @param config - options of `createGateway`; what the environment sets wins over what is said here
 *
 * @example
 * export default defineConfig({ templates: { hasura: { maxLifetime: 300 } } });
 */
export function defineConfig(config: MintgateConfig): MintgateConfig {
  return config;
}
