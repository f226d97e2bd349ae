import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseValue } from '../../../src/local-clerk/data/parse-value.ts';

const schema = z.object({ role: z.string().transform((text) => text.toUpperCase()) });

test('the value is returned as the schema transforms it', () => {
  expect(parseValue(schema, { role: 'admin' }, 'membership')).toEqual({ role: 'ADMIN' });
});

test('the first problem is an error in one sentence, with its path', () => {
  expect(() => parseValue(schema, { role: 5 }, 'membership')).toThrow(
    /^The local Clerk cannot use membership\.role: Invalid input: expected string.*$/,
  );
});

test('a problem of the whole value has only the name', () => {
  expect(() => parseValue(z.string(), 5, 'role')).toThrow(/^The local Clerk cannot use role: /);
});
