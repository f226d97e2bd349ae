import { expect, test } from 'vitest';
import { isRecord } from '../../src/json/is-record.ts';

test.each([{}, { a: 1 }, Object.create(null), new Date(0)])('%j is a record', (value) => {
  expect(isRecord(value)).toBe(true);
});

test.each([null, undefined, 'text', 5, true, [], [{}], () => {}])('%j is not a record', (value) => {
  expect(isRecord(value)).toBe(false);
});
