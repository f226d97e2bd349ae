import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findUntested } from '../../../scripts/rooms/find-untested.ts';
import { plant } from './plant.ts';

const untested = async (files: Record<string, string>) => {
  const folder = await plant(files);
  return findUntested(join(folder, 'src'), join(folder, 'test'));
};

test('finds the files without a test of their name, in every folder', async () => {
  const files = await untested({
    'src/errors.ts': 'export const a = 1;',
    'src/auth/caller.ts': 'export const a = 1;',
    'src/auth/deep/tested.ts': 'export const a = 1;',
    'src/http/page.tsx': 'export const a = <p>text</p>;',
    'test/auth/deep/tested.test.ts': '',
    'test/caller.test.ts': '',
    'test/errors.ts': '',
  });
  expect(files).toEqual(['auth/caller.ts', 'errors.ts', 'http/page.tsx']);
});

test.each([
  ['a function', 'export function a() {}'],
  ['a class', 'export default class A {}'],
  ['an enum', 'enum A { B }'],
  ['a constant that is exported below', 'const a = 1; export { a };'],
  ['a statement', "import { a } from './a.ts'; a();"],
  ['a default value', 'export default 1;'],
])('%s is code', async (_what, text) => {
  expect(await untested({ 'src/a.ts': text })).toEqual(['a.ts']);
});

test.each([
  [
    'a file of types',
    "import type { B } from './b.ts'; export interface A { b: B } type C = A; export type { C };",
  ],
  ['a type as the default export', 'export default interface A {}'],
  ['re-exports', "export * from './b.ts'; export { c } from './c.ts';"],
  [
    'declarations',
    'declare const a: string; export declare function b(): void; declare global { var c: string }',
  ],
  ['nothing', '// a comment'],
])('%s needs no test', async (_what, text) => {
  expect(await untested({ 'src/a.ts': text })).toEqual([]);
});

test('a door and a generated file need no test', async () => {
  const code = 'export const a = 1;';
  const files = await untested({
    'src/index.ts': code,
    'src/client/index.ts': code,
    'src/edge.ts': code,
    'src/cli.ts': code,
    'src/cli/generated/page.ts': code,
    'src/mint/reindex.ts': code,
    'src/mint/degenerated/a.ts': code,
  });
  expect(files).toEqual(['mint/degenerated/a.ts', 'mint/reindex.ts']);
});

test('a missing folder of tests leaves every file untested, a missing source is an error', async () => {
  expect(await untested({ 'src/a.ts': 'a();' })).toEqual(['a.ts']);
  await expect(untested({ 'test/a.test.ts': '' })).rejects.toThrow('ENOENT');
});
