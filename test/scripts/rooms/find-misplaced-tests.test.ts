import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findMisplacedTests } from '../../../scripts/rooms/find-misplaced-tests.ts';
import { plant } from './plant.ts';

const misplaced = async (files: Record<string, string>) => {
  const folder = await plant(files);
  return findMisplacedTests(join(folder, 'src'), join(folder, 'test'));
};

test('finds tests in folders that the source does not have, and strangers at the root', async () => {
  const files = await misplaced({
    'src/create-gateway.ts': '',
    'src/mint/cache/lookup.ts': '',
    'test/create-gateway.test.ts': '',
    'test/mint/behaviour.test.ts': '',
    'test/mint/cache/lookup.test.ts': '',
    'test/mint/store/lookup.test.ts': '',
    'test/engine/a.test.ts': '',
    'test/outage.test.ts': '',
  });
  expect(files).toEqual(['engine/a.test.ts', 'mint/store/lookup.test.ts', 'outage.test.ts']);
});

test('helpers may have folders without a counterpart', async () => {
  const files = await misplaced({
    'src/mint/a.ts': '',
    'test/mint/a.test.ts': '',
    'test/mint/model/world.ts': '',
  });
  expect(files).toEqual([]);
});

test.each(['support', 'leaks', 'e2e', 'documents', 'deploy', 'scripts', 'package'])(
  'test/%s has no counterpart',
  async (folder) => {
    expect(await misplaced({ 'src/a.ts': '', [`test/${folder}/deep/a.test.ts`]: '' })).toEqual([]);
  },
);

test('an empty folder of tests is an error', async () => {
  await expect(misplaced({ 'src/a.ts': '', 'test/a.md': '' })).rejects.toThrow('contains no TypeScript file');
});
