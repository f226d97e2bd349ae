import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { watchFile } from '../../../src/cli/dev/watch-file.ts';
import { newFolder } from '../../support/command.ts';

async function watchedFile() {
  const folder = await newFolder({ 'data.json': '1' });
  const onChange = vi.fn();
  const close = watchFile(join(folder, 'data.json'), onChange);
  onTestFinished(close);
  return { folder, onChange, close };
}

test('a file that is written is reported', async () => {
  const { folder, onChange } = await watchedFile();
  await writeFile(join(folder, 'data.json'), '2');
  await expect.poll(() => onChange.mock.calls.length).toBeGreaterThan(0);
});

test('a file that is replaced by another, as editors do, is reported', async () => {
  const { folder, onChange } = await watchedFile();
  await writeFile(join(folder, 'data.json.tmp'), '2');
  await rename(join(folder, 'data.json.tmp'), join(folder, 'data.json'));
  await expect.poll(() => onChange.mock.calls.length).toBeGreaterThan(0);
});

test('other files of the folder are not reported', async () => {
  const { folder, onChange } = await watchedFile();
  await writeFile(join(folder, 'other.json'), '2');
  // A second watch of the same file reports its own change after the change of the other file.
  const marker = vi.fn();
  onTestFinished(watchFile(join(folder, 'marker'), marker));
  await writeFile(join(folder, 'marker'), '1');
  await expect.poll(() => marker.mock.calls.length).toBeGreaterThan(0);
  expect(onChange).not.toHaveBeenCalled();
});

test('after the end of the watch, a pending change is not reported', async () => {
  const { folder, onChange, close } = await watchedFile();
  const marker = vi.fn();
  onTestFinished(watchFile(join(folder, 'marker'), marker));
  await writeFile(join(folder, 'data.json'), '2');
  close();
  await writeFile(join(folder, 'marker'), '1');
  await expect.poll(() => marker.mock.calls.length).toBeGreaterThan(0);
  expect(onChange).not.toHaveBeenCalled();
});
