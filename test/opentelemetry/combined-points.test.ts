import { expect, test } from 'vitest';
import { combinedPoints } from '../../src/opentelemetry/combined-points.ts';
import type { Readings } from '../../src/telemetry/readings.ts';

const readings = [{ tokensHeld: 3 }, { tokensHeld: 5 }] as unknown as Readings[];
const read = ({ tokensHeld: value }: Readings) => [
  { value },
  { value: 1, attributes: { of: String(value) } },
];

test.each([
  [undefined, 8],
  ['min', 3],
  ['max', 5],
] as const)('values of several gateways with equal attributes become one (%s)', (combine, value) => {
  expect(combinedPoints({ read, ...(combine && { combine }) }, readings)).toEqual([
    { value },
    { value: 1, attributes: { of: '3' } },
    { value: 1, attributes: { of: '5' } },
  ]);
});

test('the values of one gateway are its own, and without a gateway there are none', () => {
  expect(combinedPoints({ read }, readings.slice(0, 1))).toHaveLength(2);
  expect(combinedPoints({ read }, [])).toEqual([]);
});
