import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path/posix';
import { parseAst } from 'rolldown/parseAst';

/** Doors: they re-export, or parse a command line, and their tests are those of what they lead to. */
const doors = /(?:^|\/)(?:index|edge|cli)\.ts$/;

/**
 * Finds the source files without a test of their name: `test/auth/caller.test.ts` for `src/auth/caller.ts`. Files of types, doors and
 * generated files need none.
 *
 * @returns paths relative to `source`
 */
export async function findUntested(source: string, tests: string): Promise<string[]> {
  const names = await readdir(source, { recursive: true });
  const files = names
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts') && !name.includes('generated/') && !doors.test(name))
    .filter((name) => !existsSync(join(tests, name.replace(/\.ts$/, '.test.ts'))));
  const texts = await Promise.all(files.map((file) => readFile(join(source, file), 'utf8')));
  return files.filter((_file, index) => hasCode(texts[index] ?? '')).sort();
}

const types = new Set(['TSInterfaceDeclaration', 'TSTypeAliasDeclaration']);

function hasCode(text: string): boolean {
  return parseAst(text, { lang: 'ts' }).body.some((statement) => {
    if (statement.type === 'ImportDeclaration') return false;
    if (statement.type !== 'ExportNamedDeclaration') return !types.has(statement.type);
    return statement.declaration !== null && !types.has(statement.declaration.type);
  });
}
