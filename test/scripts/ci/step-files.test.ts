import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readCpuSeconds, readTestCounts } from '../../../scripts/ci/step-files.ts';
import { newFolder } from '../../support/command.ts';

async function fileOf(text: string): Promise<string> {
  const file = `${await newFolder({})}/file`;
  await writeFile(file, text);
  return file;
}

test('adds the user and system time of child processes', async () => {
  expect(readCpuSeconds(await fileOf('0m0.100s 0m0.200s\n2m3.500s 0m4.250s\n'))).toBe(127.75);
  expect(readCpuSeconds('/no/such/file')).toBeUndefined();
  const other = await fileOf('a\nb\n');
  expect(() => readCpuSeconds(other)).toThrow('expected two times, got b');
});

test('reads numbers of tests', async () => {
  expect(readTestCounts(await fileOf('3200 1 2\n'))).toEqual({ passed: 3200, failed: 1, skipped: 2 });
  expect(readTestCounts('/no/such/file')).toBeUndefined();
  const other = await fileOf('3200 tests\n');
  expect(() => readTestCounts(other)).toThrow('expected three numbers, got 3200 tests');
});
