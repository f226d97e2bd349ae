import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { processesOf, signalGroup } from '../../../scripts/ci/process-group.ts';

test('lists the processes of a group with their command lines, and none after SIGKILL', async () => {
  const child = spawn('sh', ['-c', 'sleep 63.5 & wait'], { detached: true });
  const group = child.pid ?? 0;
  onTestFinished(() => signalGroup(group, 'SIGKILL'));
  await expect
    .poll(() => processesOf(group))
    .toEqual([`${group} sh -c sleep 63.5 & wait`, expect.stringMatching(/^\d+ sleep 63\.5$/)]);
  signalGroup(group, 'SIGKILL');
  await once(child, 'exit');
  await expect.poll(() => processesOf(group)).toEqual([]);
});

test('ignores a group without processes', async () => {
  const child = spawn('true', { detached: true });
  await once(child, 'exit');
  expect(() => signalGroup(child.pid ?? 0, 'SIGTERM')).not.toThrow();
});
