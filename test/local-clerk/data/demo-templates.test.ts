import { expect, test } from 'vitest';
import { demoTemplates } from '../../../src/local-clerk/data/demo-templates.ts';

const keyOf = (templates: ReturnType<typeof demoTemplates>) =>
  templates.find(({ name }) => name === 'nhost')?.signing_key;

test('the templates have the names that the documentation uses', () => {
  expect(demoTemplates().map(({ name }) => name)).toEqual([
    'hasura',
    'firebase',
    'nhost',
    'minimal',
    'short',
    'reports',
  ]);
});

test('the key of nhost is random and long enough for HS256', () => {
  const [first, second] = [keyOf(demoTemplates()), keyOf(demoTemplates())];
  expect(first).not.toBe(second);
  expect(Buffer.from(first ?? '', 'base64url')).toHaveLength(32);
});
