import { describe, expect, test } from 'vitest';
import {
  line,
  momentsOf,
  spansBelowOne,
  stackedAreas,
  ticksOf,
  valuesAt,
  xOf,
  yOf,
} from '../../../scripts/operate/chart.ts';

const box = { left: 100, top: 10, width: 200, height: 50 };
const span = { from: 1_000, to: 1_001 };

test('moments are half a second apart, from the first to the last', () => {
  expect(momentsOf(span)).toEqual([1_000, 1_000.5, 1_001]);
});

test('places are within the box', () => {
  expect([990, 1_000, 1_000.5, 1_001, 1_010].map((time) => xOf(box, span, time))).toEqual([
    100, 100, 200, 300, 300,
  ]);
  expect([0, 5, 10, 20].map((value) => yOf(box, 10, value))).toEqual([60, 35, 10, 10]);
});

test('a moment without a sample, or with one that is not a number, has the value 0', () => {
  const samples = [
    [1_000.1, 4],
    [1_001, Number.NaN],
  ] as const;
  expect(valuesAt({ labels: {}, samples }, momentsOf(span))).toEqual([4, 0, 0]);
});

test.each([
  [0, [0, 1]],
  [3.2, [0, 1, 2, 3, 4]],
  [66, [0, 20, 40, 60, 80]],
])('an axis up to %d has the ticks %j', (value, ticks) => {
  expect(ticksOf(value)).toEqual(ticks);
});

test('layers are on top of each other', () => {
  const layers = [
    { name: 'a', color: 'red', values: [1, 2, 3] },
    { name: 'b', color: 'blue', values: [1, 1, 1] },
  ];
  expect(stackedAreas(box, span, 5, layers).split('\n')).toEqual([
    '<polygon points="100,50 200,40 300,30 300,60 200,60 100,60" fill="red"/>',
    '<polygon points="100,40 200,30 300,20 300,30 200,40 100,50" fill="blue"/>',
  ]);
});

test('a line has one point for each moment', () => {
  const layer = { name: 'a', color: 'red', values: [0, 5] };
  expect(line(box, span, 5, layer)).toContain('points="100,60 200,10 300,60"');
});

describe('spansBelowOne', () => {
  test('joins neighbouring samples', () => {
    const values = [1, 0, 0, 1, 0];
    const samples = values.map((value, at) => [at / 2, value] as const);
    expect(spansBelowOne({ labels: {}, samples })).toEqual([
      { from: 0.5, to: 1.5 },
      { from: 2, to: 2.5 },
    ]);
  });
});
