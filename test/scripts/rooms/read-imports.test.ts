import { describe, expect, test } from 'vitest';
import { importedModules, readImports } from '../../../scripts/rooms/read-imports.ts';
import { plant } from './plant.ts';

describe('importedModules', () => {
  test.each([
    ['a static import', "import { a } from './x.ts';"],
    ['an import for its effects', "import './x.ts';"],
    ['an import of types', "import type { A } from './x.ts';"],
    ['an import of one type', "import { type A } from './x.ts';"],
    ['a dynamic import', "const x = await import('./x.ts');"],
    ['a dynamic import by a template without expressions', 'const x = await import(`./x.ts`);'],
    ['a type by import()', "type A = Map<string, import('./x.ts').A>;"],
    ['typeof import()', "let a: typeof import('./x.ts');"],
    ['a re-export', "export { a } from './x.ts';"],
    ['a re-export of a type', "export type { A } from './x.ts';"],
    ['a re-export of everything', "export * from './x.ts';"],
    ['a re-export under a name', "export * as x from './x.ts';"],
    ['import x = require', "import x = require('./x.ts');"],
    ['export import x = require', "export import x = require('./x.ts');"],
    ['require', "const x = require('./x.ts');"],
    [
      'a dynamic import deep in a function',
      "const f = () => { class A { m() { return import('./x.ts'); } } };",
    ],
  ])('finds %s', (_what, text) => {
    expect(importedModules('a.ts', text)).toEqual(['./x.ts']);
  });

  test.each([
    ['an import in a comment', "// import './x.ts'"],
    ['an import in a string', `const text = "import './x.ts'";`],
    ['a method that is called require', "loader.require('./x.ts');"],
    ['a name that is computed', "await import(name); await import('./' + name);"],
    ['an export without a source', 'const a = 1; export { a };'],
  ])('does not find %s', (_what, text) => {
    expect(importedModules('a.ts', text)).toEqual([]);
  });

  test('names a module once', () => {
    expect(importedModules('a.ts', "import a from 'x'; import type { B } from 'x';")).toEqual(['x']);
  });

  test('finds imports beside JSX in a .tsx file', () => {
    expect(importedModules('a.tsx', "import './x.ts'; const a = <p>text</p>;")).toEqual(['./x.ts']);
  });
});

describe('readImports', () => {
  test('resolves relative imports from the folder, and keeps the names of packages', async () => {
    const folder = await plant({
      'a.ts': "import './room/b.ts'; import 'graphql'; import 'node:fs';",
      'room/b.ts': "import '../a.ts'; import './c.ts'; import '../../package.json';",
      'room/c.ts': '',
    });
    expect(await readImports(folder)).toEqual(
      new Map([
        ['a.ts', { files: ['room/b.ts'], packages: ['graphql', 'node:fs'] }],
        ['room/b.ts', { files: ['a.ts', 'room/c.ts', '../package.json'], packages: [] }],
        ['room/c.ts', { files: [], packages: [] }],
      ]),
    );
  });
});
