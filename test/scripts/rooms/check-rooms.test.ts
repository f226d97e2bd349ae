import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { plant } from './plant.ts';

const program = fileURLToPath(new URL('../../../scripts/rooms/check-rooms.ts', import.meta.url));
const check = (folder: string) => promisify(execFile)(process.execPath, [program, folder]);

test('exits with 0 and is silent when all imports point downward', async () => {
  const folder = await plant({ 'mint/a.ts': "import '../errors.ts';", 'errors.ts': '' });
  expect(await check(folder)).toEqual({ stdout: '', stderr: '' });
});

test('exits with 1 and names each violation', async () => {
  const folder = await plant({ 'errors.ts': "import './mint/a.ts';", 'mint/a.ts': '', 'stranger.ts': '' });
  await expect(check(folder)).rejects.toMatchObject({
    code: 1,
    stderr: [
      'stranger is not a room: move it into a room, or give it a floor\n',
      'errors.ts imports mint/a.ts: imports must point to a lower floor\n',
    ].join(''),
  });
});

test('exits with 1 when there is nothing to check', async () => {
  const folder = await plant({ 'readme.md': '' });
  await expect(check(folder)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('contains no TypeScript file'),
  });
});
