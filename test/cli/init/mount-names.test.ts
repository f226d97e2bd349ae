import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { mountNames } from '../../../src/cli/init/mount-names.ts';

test('every host has an example of its name', async () => {
  expect(await readdir(new URL('../../../examples/', import.meta.url))).toEqual(
    expect.arrayContaining([...mountNames]),
  );
});
