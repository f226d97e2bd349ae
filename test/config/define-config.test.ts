import { expect, test } from 'vitest';
import { defineConfig } from '../../src/config/define-config.ts';

test('defineConfig returns the config as it is', () => {
  const config = { templates: { hasura: { maxLifetime: 300 } } };
  expect(defineConfig(config)).toBe(config);
});
