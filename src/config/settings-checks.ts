import type { GatewayLogger } from '../logging/logger.ts';
import type { Settings } from './parse-options.ts';

/** Refuses settings that need Redis where it is not available. @throws TypeError that says what to change */
export function requireRedis({ redisUrl }: Pick<Settings, 'redisUrl'>, isAvailable: boolean): void {
  if (redisUrl === undefined || isAvailable) return;
  throw new TypeError(
    "createGateway: redisUrl: 'mintgate/edge' cannot connect to Redis: remove this option, or use createGateway of 'mintgate' in Node.js",
  );
}

/** Warns of `templates: '*'` in production. */
export function warnOfEveryTemplate(
  { templates, mode }: Pick<Settings, 'templates' | 'mode'>,
  log: Pick<GatewayLogger, 'warn'>,
): void {
  if (templates.others === undefined || mode !== 'production') return;
  log.warn(
    "templates: '*' lets every signed-in caller mint every template of the Clerk instance: name the templates that may be minted",
  );
}
