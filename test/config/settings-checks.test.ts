import { expect, test, vi } from 'vitest';
import { resolveTemplates } from '../../src/config/resolve-templates.ts';
import { requireRedis, warnOfEveryTemplate } from '../../src/config/settings-checks.ts';

test('a URL of Redis is refused only where Redis is not available', () => {
  expect(() => requireRedis({ redisUrl: 'redis://localhost' }, false)).toThrow(/^createGateway: redisUrl: /);
  requireRedis({ redisUrl: 'redis://localhost' }, true);
  requireRedis({ redisUrl: undefined }, false);
});

test.each([
  ['*', 'production', 1],
  ['*', 'development', 0],
  [['hasura'], 'production', 0],
] as const)('templates %j in %s cause %i warnings', (templates, mode, times) => {
  const warn = vi.fn();
  warnOfEveryTemplate({ templates: resolveTemplates(templates), mode }, { warn });
  expect(warn).toHaveBeenCalledTimes(times);
});
