import { expect, test } from 'vitest';
import { nextSteps, type Progress } from '../../../scripts/ci/next-steps.ts';
import type { Step } from '../../../scripts/ci/step.ts';

const step = (id: string, share: number, more: Partial<Step> = {}): Step => ({
  id,
  title: id,
  share,
  ...more,
});
const idsOf = (progress: Partial<Progress>, memory = 8_000) =>
  nextSteps({ waiting: [], running: [], ...progress }, memory).map(({ id }) => id);

test('begins steps in their order, until one has no room', () => {
  const waiting = [step('a', 60), step('b', 30), step('c', 20), step('d', 10)];
  expect(idsOf({ waiting })).toEqual(['a', 'b']);
  expect(idsOf({ waiting: waiting.slice(2), running: waiting.slice(1, 2) })).toEqual(['c', 'd']);
});

test('lets a step pass one that waits for another step, but none that waits for room', () => {
  const [build, tests, fuzz] = [step('build', 50), step('tests', 70, { after: ['build'] }), step('fuzz', 20)];
  expect(idsOf({ waiting: [tests, fuzz], running: [build] })).toEqual(['fuzz']);
  expect(idsOf({ waiting: [{ ...tests, after: [] }, fuzz], running: [build] })).toEqual([]);
});

test('begins a step after those that it needs', () => {
  const [build, test] = [step('build', 10), step('test', 10, { after: ['build', 'left out'] })];
  expect(idsOf({ waiting: [build, test] })).toEqual(['build']);
  expect(idsOf({ waiting: [test], running: [build] })).toEqual([]);
  expect(idsOf({ waiting: [test] })).toEqual(['test']);
});

test('begins a step with the share 100 when nothing else runs, and nothing beside it', () => {
  const [alone, small] = [step('alone', 100), step('small', 1)];
  expect(idsOf({ waiting: [alone], running: [small] })).toEqual([]);
  expect(idsOf({ waiting: [alone, small] })).toEqual(['alone']);
  expect(idsOf({ waiting: [small], running: [alone] })).toEqual([]);
});

test('begins no more steps than the memory holds, but always one', () => {
  const waiting = [
    step('usual', 10),
    step('large', 10, { memory: 3_000 }),
    step('other', 10, { memory: 3_000 }),
  ];
  expect(idsOf({ waiting }, 8_000)).toEqual(['usual', 'large', 'other']);
  expect(idsOf({ waiting }, 4_000)).toEqual(['usual', 'large']);
  expect(idsOf({ waiting: waiting.slice(1) }, 1_000)).toEqual(['large']);
});
