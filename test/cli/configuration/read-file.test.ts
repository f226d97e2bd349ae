import { execFileSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBoundedFile } from '../../../src/cli/configuration/read-file.ts';
import { ConfigurationError } from '../../../src/config/configuration-error.ts';
import { newFolder } from '../../support/command.ts';

const notRegular = 'NAME: expected a regular file, not a folder, a pipe, a socket or a device';

test('reads a file up to its limit, also through a symbolic link', async () => {
  const folder = await newFolder({ file: 'x'.repeat(2048), empty: '' });
  await symlink('file', join(folder, 'link'));
  expect(String(readBoundedFile(join(folder, 'link'), 'NAME', 2))).toBe('x'.repeat(2048));
  expect(readBoundedFile(join(folder, 'empty'), 'NAME', 2)).toHaveLength(0);
});

test('refuses a larger file', async () => {
  const folder = await newFolder({ file: 'x'.repeat(2049) });
  expect(() => readBoundedFile(join(folder, 'file'), 'NAME', 2)).toThrow(
    new ConfigurationError(['NAME: expected a file of at most 2 KiB']),
  );
});

test('refuses a pipe at once, and a folder', async () => {
  const folder = await newFolder({});
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  for (const path of [join(folder, 'pipe'), folder])
    expect(() => readBoundedFile(path, 'NAME', 1)).toThrow(new ConfigurationError([notRegular]));
});

test('refuses a device', () => {
  expect(() => readBoundedFile('/dev/zero', 'NAME', 1)).toThrow(new ConfigurationError([notRegular]));
});

test('passes on the code of a file that cannot be opened', async () => {
  const folder = await newFolder({});
  expect(() => readBoundedFile(join(folder, 'nowhere'), 'NAME', 1)).toThrow(
    expect.objectContaining({ code: 'ENOENT' }),
  );
});
