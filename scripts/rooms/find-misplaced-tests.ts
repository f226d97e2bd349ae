import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { sourceFiles } from './source-files.ts';

/** Folders and files of tests that belong to no folder of the source. */
const beside: ReadonlySet<string> = new Set([
  ...['support', 'leaks', 'e2e', 'documents', 'deploy', 'operate', 'scripts', 'package', 'contract.test.ts'],
]);

/**
 * Finds test files in folders that the source does not have, and test files at the root without a source file of their name.
 *
 * @param source - the source folder
 * @param tests - the folder of the tests
 * @returns paths relative to `tests`, sorted
 * @throws Error when the folder of the tests is missing or contains no TypeScript file
 */
export async function findMisplacedTests(source: string, tests: string): Promise<string[]> {
  const files = (await sourceFiles(tests)).filter((file) => /\.test\.[cm]?tsx?$/.test(file));
  return files.filter((file) => {
    const [first = ''] = file.split('/');
    if (beside.has(first)) return false;
    const counterpart = file.includes('/') ? dirname(file) : file.replace('.test.', '.');
    return !existsSync(join(source, counterpart));
  });
}
