import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeNewFile } from '../../../src/cli/init/write-new-file.ts';
import { newFolder } from '../../support/command.ts';

test('a new file is written, with its folders', async () => {
  const folder = await newFolder({});
  expect(await writeNewFile(folder, 'app/graphql/route.ts', 'text')).toBe('wrote');
  expect(await readFile(join(folder, 'app/graphql/route.ts'), 'utf8')).toBe('text');
});

test.skipIf(process.platform === 'win32')('a new file has the requested permissions', async () => {
  const folder = await newFolder({});
  await writeNewFile(folder, '.env', 'text', 0o600);
  expect((await stat(join(folder, '.env'))).mode & 0o777).toBe(0o600);
});

test('an existing file is not changed', async () => {
  const folder = await newFolder({ '.env': 'MINE=1' });
  expect(await writeNewFile(folder, '.env', 'text')).toBe('kept');
  expect(await readFile(join(folder, '.env'), 'utf8')).toBe('MINE=1');
});

test.each(['app/route.ts', 'app/graphql/route.ts'])(
  'a file with the name of the folder of %s is reported',
  async (path) => {
    const folder = await newFolder({ app: 'a file' });
    await expect(writeNewFile(folder, path, 'text')).rejects.toMatchObject({
      name: 'ConfigurationError',
      problems: [
        expect.stringMatching(/^app\/.*: cannot be written \(E\w+\): a file has the name of its folder/),
      ],
    });
  },
);

test('another error of the file system is reported by its code', async () => {
  const name = 'x'.repeat(300);
  await expect(writeNewFile(await newFolder({}), name, 'text')).rejects.toMatchObject({
    problems: [
      expect.stringMatching(/^x+: cannot be written \(E\w+\): check the permissions of the folder$/),
    ],
  });
});
