import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path/posix';
import { parseSource, sourceFiles } from './source-files.ts';

/** Entry points (`index.ts` and others) need no test of their name: the files that they re-export or call have tests. */
const door = /(?:^|\/)(?:index|edge|cli)\.ts$/;

/**
 * Finds source files without a test of their name, such as `test/auth/caller.test.ts` for `src/auth/caller.ts`. Files without code, doors
 * and generated files need none.
 *
 * @param source - the source folder
 * @param tests - the folder of the tests
 * @returns paths relative to `source`, sorted
 * @throws Error when the source folder is missing or contains no TypeScript file
 */
export async function findUntested(source: string, tests: string): Promise<string[]> {
  const files = (await sourceFiles(source)).filter(
    (file) => !/(?:^|\/)generated\//.test(file) && !door.test(file) && !existsSync(join(tests, testOf(file))),
  );
  const texts = await Promise.all(files.map((file) => readFile(join(source, file), 'utf8')));
  return files.filter((file, index) => hasCode(file, texts[index] ?? ''));
}

const testOf = (file: string) => file.replace(/\.([cm]?tsx?)$/, '.test.ts');

/** Returns whether a source text has a statement that is left once types, imports and re-exports are taken away. */
function hasCode(file: string, text: string): boolean {
  return parseSource(file, text).body.some((statement) => {
    const isDefault = statement.type === 'ExportDefaultDeclaration';
    const isNamed = statement.type === 'ExportNamedDeclaration';
    const inner = isDefault || isNamed ? statement.declaration : statement;
    return inner !== null && !withoutCode.has(inner.type) && !('declare' in inner && inner.declare === true);
  });
}

const withoutCode: ReadonlySet<string> = new Set([
  ...['ImportDeclaration', 'ExportAllDeclaration', 'EmptyStatement'],
  ...['TSInterfaceDeclaration', 'TSTypeAliasDeclaration'],
]);
