import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { reloadDataOnChange } from '../../../src/cli/dev/reload-data.ts';
import { newFolder } from '../../support/command.ts';
import { useClerk } from '../use-clerk.ts';

const world = useClerk();

const dataOf = (id: string) =>
  JSON.stringify({ users: [{ id: 'user_one' }], sessions: [{ id, user_id: 'user_one' }] });

async function startReloading() {
  const file = join(await newFolder({ 'data.json': dataOf('sess_first') }), 'data.json');
  const onReload = vi.fn();
  const log = { info: vi.fn(), error: vi.fn() };
  onTestFinished(reloadDataOnChange({ file, clerk: world.clerk, onReload, log }));
  return { file, onReload, log };
}

const sessionIds = () => world.clerk.sessions().map(({ id }) => id);

test('a changed file replaces the data of the local Clerk', async () => {
  const { file, onReload, log } = await startReloading();
  await writeFile(file, dataOf('sess_second'));
  await expect.poll(() => onReload.mock.calls.length).toBeGreaterThan(0);
  expect(sessionIds()).toEqual(['sess_second']);
  expect(log.info).toHaveBeenCalledWith(`--data ${file}: reloaded`);
  expect(log.error).not.toHaveBeenCalled();
});

test('a changed file that cannot be used is logged, and the previous data stay', async () => {
  const { file, onReload, log } = await startReloading();
  const before = sessionIds();
  await writeFile(file, '{ "users": [');
  await expect.poll(() => log.error.mock.calls.length).toBeGreaterThan(0);
  expect(log.error.mock.calls[0]?.[0]).toMatch(
    /^--data .*data\.json: is not JSON: .*: the local Clerk keeps its previous data$/,
  );
  expect(sessionIds()).toEqual(before);
  expect(onReload).not.toHaveBeenCalled();
});
