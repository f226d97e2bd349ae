import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findMisplacedTests } from '../../../scripts/rooms/find-misplaced-tests.ts';
import { findUntested } from '../../../scripts/rooms/find-untested.ts';
import { findViolations } from '../../../scripts/rooms/find-violations.ts';
import { readImports } from '../../../scripts/rooms/read-imports.ts';

const [source, tests] = ['src', 'test'].map((folder) =>
  fileURLToPath(new URL(`../../../${folder}`, import.meta.url)),
) as [string, string];

test('every source file with code has a test of its name', async () => {
  expect(await findUntested(source, tests)).toEqual([]);
});

test('every test stands in a folder that the source has', async () => {
  expect(await findMisplacedTests(source, tests)).toEqual([]);
});

test('the imports of the source point downward, without circles', async () => {
  expect(findViolations(await readImports(source))).toEqual([]);
});
