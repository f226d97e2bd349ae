import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  generatedBy,
  isReplaceable,
  readOutputFile,
  writeOutputFile,
} from '../../../src/cli/types/output-file.ts';
import { newFolder } from '../../support/command.ts';

describe('a generated file', () => {
  test('is written whole, over an earlier one, and leaves nothing else', async () => {
    const folder = await newFolder({ 'a.ts': 'earlier' });
    await writeOutputFile(join(folder, 'a.ts'), 'text');
    expect(await readFile(join(folder, 'a.ts'), 'utf8')).toBe('text');
    expect(await readdir(folder)).toEqual(['a.ts']);
  });

  test('is read with the line ends that it was written with', async () => {
    const folder = await newFolder({ 'a.ts': 'one\r\ntwo\r\n' });
    expect(readOutputFile(join(folder, 'a.ts'))).toBe('one\ntwo\n');
  });

  test('may be replaced when it is empty or generated, and not when somebody wrote it', () => {
    expect(['', '\n', `// ${generatedBy}\nexport {};\n`].map(isReplaceable)).toEqual([true, true, true]);
    expect(isReplaceable('export const a = 1;\n')).toBe(false);
  });

  test('may not exist', async () => {
    expect(readOutputFile(join(await newFolder({}), 'a.ts'))).toBeUndefined();
  });

  test('in a folder that does not exist is an error that names the folder', async () => {
    const folder = await newFolder({});
    await expect(writeOutputFile(join(folder, 'src/a.ts'), '')).rejects.toMatchObject({
      problems: [
        `${join(folder, 'src/a.ts')}: there is no folder ${join(folder, 'src')}: create it, or correct the path`,
      ],
    });
  });

  test('with the name of a folder cannot be written or read, and leaves nothing', async () => {
    const folder = await newFolder({});
    const path = join(folder, 'a.ts');
    await mkdir(path);
    await expect(writeOutputFile(path, '')).rejects.toMatchObject({
      problems: [expect.stringMatching(/a\.ts: cannot be written \(E\w+\): /)],
    });
    expect(() => readOutputFile(path)).toThrow(/a\.ts: cannot be read \(EISDIR\): /);
    expect(await readdir(folder)).toEqual(['a.ts']);
  });

  test('below a file cannot be written', async () => {
    const folder = await newFolder({ a: 'a file' });
    await expect(writeOutputFile(join(folder, 'a/b.ts'), '')).rejects.toMatchObject({
      problems: [expect.stringMatching(/b\.ts: cannot be written \(ENOTDIR\): expected the path of a file$/)],
    });
  });
});
