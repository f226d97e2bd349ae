import { describe, expect, test } from 'vitest';
import { findViolations } from '../../../scripts/rooms/find-violations.ts';
import { readImports } from '../../../scripts/rooms/read-imports.ts';
import { plant } from './plant.ts';

const violationsOf = async (files: Record<string, string>) =>
  findViolations(await readImports(await plant(files)));

describe('imports between rooms', () => {
  test('may point to lower floors and to the own room', async () => {
    const violations = await violationsOf({
      'cli.ts': "import './cli/serve.ts'; import './index.ts';",
      'cli/serve.ts':
        "import '../index.ts'; import './port.ts'; import type { C } from '../client/index.ts';",
      'cli/port.ts': '',
      'cli/dev/dev.ts': "import '../../local-clerk/index.ts';",
      'index.ts': "export * from './create-gateway.ts';",
      'create-gateway.ts': "import './mint/a.ts'; import './errors.ts'; import 'graphql'; import 'node:fs';",
      'mint/a.ts': "import '../auth/a.ts'; import '../errors.ts';",
      'auth/a.ts': '',
      'errors.ts': '',
      'client/index.ts': "import './a.ts';",
      'client/a.ts': '',
      'local-clerk/index.ts': "import '../crypto/a.ts'; import documents from './documents.json';",
      'crypto/a.ts': '',
    });
    expect(violations).toEqual([]);
  });

  test.each([
    ['an import', "import '../mint/b.ts';"],
    ['an import of types', "import type { B } from '../mint/b.ts';"],
    ['a type by import()', "export type B = import('../mint/b.ts').B;"],
    ['a dynamic import', "export const b = () => import('../mint/b.ts');"],
    ['a re-export', "export * from '../mint/b.ts';"],
    ['import x = require', "import b = require('../mint/b.ts');"],
  ])('may not point upward: %s', async (_what, text) => {
    expect(await violationsOf({ 'clerk/a.ts': text, 'mint/b.ts': '' })).toEqual([
      'clerk/a.ts imports mint/b.ts: imports must point to a lower floor',
    ]);
  });

  test('may not point upward from a .tsx file', async () => {
    const text = "import '../mint/b.ts'; export const a = <p>text</p>;";
    expect(await violationsOf({ 'clerk/a.tsx': text, 'mint/b.ts': '' })).toEqual([
      'clerk/a.tsx imports mint/b.ts: imports must point to a lower floor',
    ]);
  });

  test('may not point to another room of the same floor', async () => {
    expect(await violationsOf({ 'time/a.ts': "import '../json/b.ts';", 'json/b.ts': '' })).toEqual([
      'time/a.ts imports json/b.ts: imports must point to a lower floor',
    ]);
  });

  test.each([
    ['../../test/a.ts', 'imports ../test/a.ts: the file is outside the source folder'],
    ['mintgate/client', 'imports mintgate/client: import our own files by relative paths'],
    ['#client', 'imports #client: import our own files by relative paths'],
    ['./b.js', 'imports mint/b.js: there is no such file'],
  ])('may not lead around the check: %s', async (module, violation) => {
    expect(await violationsOf({ 'mint/a.ts': `import '${module}';`, 'mint/b.ts': '' })).toEqual([
      `mint/a.ts ${violation}`,
    ]);
  });
});

describe('a room beside the floors', () => {
  test('client imports nothing of the source, not even of the ground floor', async () => {
    expect(await violationsOf({ 'client/a.ts': "import '../errors.ts';", 'errors.ts': '' })).toEqual([
      'client/a.ts imports errors.ts: client imports itself alone',
    ]);
  });

  test('local-clerk imports the ground floor alone', async () => {
    const violations = await violationsOf({
      'local-clerk/a.ts': "import '../clerk/b.ts'; import '../errors.ts';",
      'clerk/b.ts': '',
      'errors.ts': '',
    });
    expect(violations).toEqual([
      expect.stringContaining('local-clerk/a.ts imports clerk/b.ts: local-clerk imports '),
    ]);
  });

  test.each(['mint/a.ts', 'cli/serve.ts', 'create-gateway.ts'])(
    'local-clerk is not imported by %s',
    async (file) => {
      const path = file.includes('/') ? '../local-clerk/index.ts' : './local-clerk/index.ts';
      expect(await violationsOf({ [file]: `import '${path}';`, 'local-clerk/index.ts': '' })).toEqual([
        `${file} imports local-clerk/index.ts: only files in cli/dev/ may import local-clerk`,
      ]);
    },
  );

  test('client is imported by the command alone', async () => {
    expect(await violationsOf({ 'http/a.ts': "import '../client/b.ts';", 'client/b.ts': '' })).toEqual([
      'http/a.ts imports client/b.ts: only files in cli/ may import client',
    ]);
  });
});

describe('a file outside every room', () => {
  test.each([
    ['at the root', 'helpers.ts', 'helpers'],
    ['in a folder without a floor', 'utils/text.ts', 'utils'],
    ['in a folder with the name of a property of objects', 'constructor/text.ts', 'constructor'],
  ])('is a violation: %s', async (_where, file, room) => {
    expect(await violationsOf({ [file]: '' })).toEqual([
      `${room} is not a room: move it into a room, or give it a floor`,
    ]);
  });
});

describe('a circle of imports', () => {
  test('is a violation: a file that imports itself', async () => {
    expect(await violationsOf({ 'mint/a.ts': "import './a.ts';" })).toEqual([
      'a circle of imports: mint/a.ts -> mint/a.ts',
    ]);
  });

  test('is a violation: two files', async () => {
    expect(await violationsOf({ 'mint/a.ts': "import './b.ts';", 'mint/b.ts': "import './a.ts';" })).toEqual([
      'a circle of imports: mint/a.ts -> mint/b.ts -> mint/a.ts',
    ]);
  });

  test('is a violation: three files, by types and dynamic imports, behind an entry', async () => {
    const violations = await violationsOf({
      'mint/0.ts': "import './a.ts'; import './d.ts';",
      'mint/a.ts': "import type { B } from './b.ts'; import './d.ts';",
      'mint/b.ts': "export const c = () => import('./c.ts');",
      'mint/c.ts': "export * from './a.ts';",
      'mint/d.ts': '',
    });
    expect(violations).toEqual(['a circle of imports: mint/a.ts -> mint/b.ts -> mint/c.ts -> mint/a.ts']);
  });

  test('is not seen where two ways lead to one file', async () => {
    const violations = await violationsOf({
      'mint/a.ts': "import './b.ts'; import './c.ts';",
      'mint/b.ts': "import './d.ts';",
      'mint/c.ts': "import './d.ts';",
      'mint/d.ts': '',
    });
    expect(violations).toEqual([]);
  });
});
