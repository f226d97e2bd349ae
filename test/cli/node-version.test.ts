import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { unsupportedNode } from '../../src/cli/node-version.ts';

test.each(['20.20.2', '22.17.1', '18.0.0'])('Node.js %s is too old', (version) => {
  expect(unsupportedNode(version)).toBe(`Node.js ${version} is too old: install Node.js 22.18 or later`);
});

test.each(['22.18.0', '23.0.0', '24.21.0', process.versions.node])('Node.js %s is supported', (version) => {
  expect(unsupportedNode(version)).toBeUndefined();
});

test('the oldest version is the one in package.json', async () => {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { engines } = JSON.parse(text) as { engines: { node: string } };
  expect(engines.node).toBe('>=22.18');
});
