import { expect, test } from 'vitest';
import { demoData } from '../../../src/local-clerk/data/demo-data.ts';
import { parseWithWarnings } from '../../../src/local-clerk/data/parse-data.ts';

test('the demo data are valid and cause no warning', () => {
  expect(parseWithWarnings(demoData()).warnings).toEqual([]);
});

test('every call returns new objects', () => {
  const [first, second] = [demoData(), demoData()];
  first.users?.splice(0);
  expect(second.users).toHaveLength(3);
});
