import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reachableDeclarations } from '../../../scripts/build/declarations.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mintgate-declarations-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function plant(files: Record<string, string>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
}

test('declarations are found through imports, re-exports and import types, and unused ones are not', async () => {
  await plant({
    'index.d.ts':
      "export { a } from './a.ts';\nimport type { Server } from 'node:http';\nexport declare const server: Server;",
    'a.d.ts': "export declare const a: import('./room/b.js').B;",
    'room/b.d.ts':
      "import type { GraphQLError } from 'graphql/error';\nexport type B = GraphQLError;\nexport type * from '../a.js';",
    'unused.d.ts': "import 'zod';",
  });
  expect(reachableDeclarations(folder, ['index.d.ts'], ['graphql'])).toEqual([
    'a.d.ts',
    'index.d.ts',
    'room/b.d.ts',
  ]);
});

test('a declaration may not import a package that is not installed with the product', async () => {
  await plant({ 'index.d.ts': "export type * from './a.ts';", 'a.d.ts': "export type { z } from 'zod';" });
  expect(() => reachableDeclarations(folder, ['index.d.ts'], ['graphql'])).toThrow(
    'a.d.ts imports zod, which is not installed with the package',
  );
});

test('a declaration may not import a missing one', async () => {
  await plant({ 'index.d.ts': "export type * from './missing.ts';" });
  expect(() => reachableDeclarations(folder, ['index.d.ts'], [])).toThrow(
    'missing.d.ts: the compiler has not',
  );
});
