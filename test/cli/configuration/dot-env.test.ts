import { afterEach, expect, test, vi } from 'vitest';
import { loadDotEnv, rememberDotEnv } from '../../../src/cli/configuration/dot-env.ts';
import { newFolder } from '../../support/command.ts';

afterEach(() => void vi.unstubAllEnvs());

/** Loads the file `.env` of a new folder. */
async function loadIn(files: Record<string, string>): Promise<boolean> {
  const folder = await newFolder(files);
  const before = process.cwd();
  process.chdir(folder);
  try {
    return loadDotEnv();
  } finally {
    process.chdir(before);
  }
}

test('sets the variables that the environment does not have', async () => {
  vi.stubEnv('DOT_ENV_SET', 'environment');
  vi.stubEnv('DOT_ENV_NEW', undefined);
  expect(await loadIn({ '.env': 'DOT_ENV_SET=file\nDOT_ENV_NEW="a b" # comment\n' })).toBe(true);
  expect([process.env.DOT_ENV_SET, process.env.DOT_ENV_NEW]).toEqual(['environment', 'a b']);
});

test('replaces and removes the variables of the file before, and no others', async () => {
  vi.stubEnv('DOT_ENV_SET', 'environment');
  for (const name of ['ONE', 'TWO', 'THREE']) vi.stubEnv(`DOT_ENV_${name}`, undefined);
  await loadIn({ '.env': 'DOT_ENV_ONE=1\nDOT_ENV_TWO=2\nDOT_ENV_SET=file\n' });
  await loadIn({ '.env': 'DOT_ENV_TWO=22\nDOT_ENV_THREE=3\n' });
  const { DOT_ENV_ONE, DOT_ENV_TWO, DOT_ENV_THREE, DOT_ENV_SET } = process.env;
  expect([DOT_ENV_ONE, DOT_ENV_TWO, DOT_ENV_THREE, DOT_ENV_SET]).toEqual([
    undefined,
    '22',
    '3',
    'environment',
  ]);
  await loadIn({});
  expect([process.env.DOT_ENV_TWO, process.env.DOT_ENV_SET]).toEqual([undefined, 'environment']);
});

test('gives the variables of the file the values of before', async () => {
  for (const name of ['ONE', 'TWO']) vi.stubEnv(`DOT_ENV_${name}`, undefined);
  await loadIn({ '.env': 'DOT_ENV_ONE=1\n' });
  const restore = rememberDotEnv();
  await loadIn({ '.env': 'DOT_ENV_ONE=11\nDOT_ENV_TWO=2\n' });
  restore();
  expect([process.env.DOT_ENV_ONE, process.env.DOT_ENV_TWO]).toEqual(['1', undefined]);
  // The next file replaces them, too.
  await loadIn({});
  expect(process.env.DOT_ENV_ONE).toBeUndefined();
});

test('returns false without a file', async () => {
  expect(await loadIn({})).toBe(false);
});

test('refuses a folder in place of the file', async () => {
  await expect(loadIn({ '.env/file': '' })).rejects.toThrow(
    '.env: expected a regular file, not a folder, a pipe, a socket or a device',
  );
});

test('refuses a large file', async () => {
  await expect(loadIn({ '.env': `NAME=${'x'.repeat(65_536)}` })).rejects.toThrow(
    '.env: expected a file of at most 64 KiB',
  );
});
