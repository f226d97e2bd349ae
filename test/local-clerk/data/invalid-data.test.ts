import { expect, test } from 'vitest';
import { z } from 'zod';
import { formatPath } from '../../../src/local-clerk/data/format-path.ts';
import { invalidData } from '../../../src/local-clerk/data/invalid-data.ts';

test('the error has a line for each invalid value, with its place', () => {
  const schema = z.object({ a: z.array(z.string('expected a text')), b: z.number('expected a number') });
  const { error } = schema.safeParse({ a: ['x', 1], b: 'y' });
  expect(error && invalidData(error, formatPath).message).toBe(
    'The data for the local Clerk are invalid:\n  a[1]: expected a text\n  b: expected a number',
  );
});
