import type { GatewayOptions } from './options.ts';

/** What `mintgate.config.ts` may say: any option of `createGateway` but the secret key, which belongs to the environment. */
export type MintgateConfig = Partial<Omit<GatewayOptions, 'secretKey'>>;

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
