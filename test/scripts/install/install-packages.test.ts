import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { installPackages, isInstalled, type RunNpmCi } from '../../../scripts/install/install-packages.ts';
import { newFolder } from '../../support/command.ts';

let folders: string[];
let installed: string[];
beforeEach(async () => {
  installed = [];
  const files = { 'package.json': '{}', 'package-lock.json': '{}' };
  folders = await Promise.all(['a', 'b', 'c', 'd'].map(() => newFolder(files)));
});

const npmCi: RunNpmCi = async (folder) => {
  installed.push(folder);
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  return 'added 1 package\n';
};
const install = (more: object = {}) => installPackages(folders, { npmCi, log: () => {}, ...more });

test('installs each folder once, and again after a change of its lock file or its manifest', async () => {
  await install();
  expect(installed.toSorted()).toEqual(folders.toSorted());
  await install();
  expect(installed).toHaveLength(4);
  for (const file of ['package.json', 'package-lock.json']) {
    installed = [];
    await writeFile(join(folders[2] ?? '', file), '{"changed":true}');
    expect(isInstalled(folders[2] ?? '')).toBe(false);
    await install();
    expect(installed).toEqual([folders[2]]);
  }
});

test('installs no more folders at once than allowed', async () => {
  let [running, most] = [0, 0];
  await install({
    atOnce: 2,
    npmCi: async (folder: string) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return npmCi(folder);
    },
  });
  expect([most, installed.length]).toEqual([2, 4]);
});

test('names each installation that failed, after the others, and does not mark it', async () => {
  const [, bad] = folders;
  const failing: RunNpmCi = async (folder) => {
    if (folder === bad) throw new Error(`npm ci in ${folder} ended with 1:\nno such version`);
    return npmCi(folder);
  };
  await expect(install({ npmCi: failing })).rejects.toThrow(/ended with 1:\nno such version/);
  expect(folders.map(isInstalled)).toEqual([true, false, true, true]);
});

test('logs the folder and the output of npm together', async () => {
  const lines: string[] = [];
  await installPackages(folders.slice(0, 1), { npmCi, log: (text) => lines.push(text) });
  expect(lines).toEqual([expect.stringMatching(/^[^\n]+: npm ci, 0 s\nadded 1 package\n$/)]);
});

test('npm itself reports a lock file that does not match the manifest', async () => {
  const [folder = ''] = folders;
  await writeFile(join(folder, 'package-lock.json'), '{"lockfileVersion":1}');
  await writeFile(join(folder, 'package.json'), '{"dependencies":{"left":"file:left"}}');
  await expect(installPackages([folder])).rejects.toThrow(/npm ci in .* ended with 1:\n.*npm error/s);
});
