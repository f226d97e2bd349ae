import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configFiles, findConfigFile } from '../../../src/cli/configuration/find-config-file.ts';
import { newFolder } from '../../support/command.ts';

test('finds the one config file of a folder', async () => {
  const folder = await newFolder({ 'mintgate.config.mts': '', 'other.config.ts': '' });
  expect(await findConfigFile(folder, undefined)).toBe(join(folder, 'mintgate.config.mts'));
});

test('finds a named file, relative to the folder', async () => {
  const folder = await newFolder({ 'conf/mine.ts': '', 'mintgate.config.ts': '' });
  expect(await findConfigFile(folder, 'conf/mine.ts')).toBe(join(folder, 'conf/mine.ts'));
});

test('finds nothing in a folder without a config file, and in a missing folder', async () => {
  const folder = await newFolder({});
  expect(await findConfigFile(folder, undefined)).toBeUndefined();
  expect(await findConfigFile(join(folder, 'nowhere'), undefined)).toBeUndefined();
});

test.each<[string, Record<string, string>, string | undefined, RegExp]>([
  [
    'two files',
    { 'mintgate.config.ts': '', 'mintgate.config.js': '' },
    undefined,
    /: more than one config file: keep one/,
  ],
  [
    'a file with an unsupported extension',
    { 'mintgate.config.yaml': '' },
    undefined,
    /a config file cannot end with \.yaml: expected/,
  ],
  ['a named file of another kind', { mine: '' }, 'mine', /^MINTGATE_CONFIG: mine: .* no extension: expected/],
  ['a named file that does not exist', {}, 'mine.ts', /^MINTGATE_CONFIG: there is no file mine\.ts$/],
])('refuses %s', async (_what, files, named, message) => {
  const folder = await newFolder(files);
  await expect(findConfigFile(folder, named)).rejects.toThrow(message);
});

test('configFiles lists config files of every kind', async () => {
  const folder = await newFolder({
    'mintgate.config.json': '',
    'mintgate.config.ts': '',
    'mintgate.config': '',
  });
  expect(await configFiles(folder)).toEqual(['mintgate.config.ts', 'mintgate.config.json']);
});
