import { expect, test } from 'vitest';
import { limitConcurrency } from '../../src/time/limit-concurrency.ts';

test('tasks run in order, at most a number of them at once, and a failure frees its place', async () => {
  const run = limitConcurrency(2);
  const started: number[] = [];
  const tasks = Array.from({ length: 5 }, () => Promise.withResolvers<string>());
  const results = tasks.map(({ promise }, at) =>
    run(() => {
      started.push(at);
      return promise;
    }),
  );
  const outcomes = Promise.allSettled(results);
  expect(started).toEqual([0, 1]);
  tasks[1]?.reject(new Error('no'));
  await expect(results[1]).rejects.toThrow('no');
  expect(started).toEqual([0, 1, 2]);
  tasks[0]?.resolve('first');
  expect(await results[0]).toBe('first');
  expect(started).toEqual([0, 1, 2, 3]);
  for (const { resolve } of tasks) resolve('other');
  expect((await outcomes).map(({ status }) => status)).toEqual([
    ...['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
  ]);
  expect(started).toEqual([0, 1, 2, 3, 4]);
});

test('a place that is free again is used at once', async () => {
  const run = limitConcurrency(1);
  await run(async () => {});
  let started = false;
  const second = run(async () => {
    started = true;
  });
  expect(started).toBe(true);
  await second;
});
