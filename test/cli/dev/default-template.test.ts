import { expect, test } from 'vitest';
import { defaultTemplate } from '../../../src/cli/dev/default-template.ts';
import { worldOf } from './demo-worlds.ts';

test.each<[string[], string | undefined]>([
  [['billing', 'hasura'], 'hasura'],
  [['billing', 'reports'], 'billing'],
  [['a name', 'billing'], 'billing'],
  [['a name'], undefined],
  [[], undefined],
])('of the templates %j, the default is %s', (names, expected) => {
  expect(defaultTemplate(worldOf(names).templates)?.name).toBe(expected);
});
