import { describe, expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import { dataSchema } from '../../../src/local-clerk/data/data-schema.ts';
import { demoData } from '../../../src/local-clerk/data/demo-data.ts';
import type { LocalClerkData } from '../../../src/local-clerk/data/local-clerk-data.ts';
import type { ParsedData } from '../../../src/local-clerk/data/parsed-data.ts';
import { schemaProblems } from '../schema-problems.ts';

describe('the schema of the data', () => {
  test('has exactly the fields of the documented type', () => {
    expectTypeOf<LocalClerkData>().toExtend<z.input<typeof dataSchema>>();
    expectTypeOf<z.input<typeof dataSchema>>().toExtend<LocalClerkData>();
    expectTypeOf<keyof z.input<typeof dataSchema>>().toEqualTypeOf<keyof LocalClerkData>();
    expect(dataSchema.safeParse(demoData()).success).toBe(true);
  });

  test('returns exactly the fields of the documented type of parsed data', () => {
    expectTypeOf<z.output<typeof dataSchema>>().toExtend<ParsedData>();
    expectTypeOf<ParsedData>().toExtend<z.output<typeof dataSchema>>();
    const parsed: ParsedData = dataSchema.parse({});
    expect(parsed).toMatchObject({ users: [], sessions: [], jwt_templates: [] });
  });

  test('refuses a list of another type', () => {
    expect(schemaProblems(dataSchema, { users: {} })).toEqual([
      expect.stringContaining('users: Invalid input: expected array'),
    ]);
  });

  test('finds repeated and unknown ids at once', () => {
    const user = { id: 'user_x' };
    const data = { users: [user, user], sessions: [{ id: 's', user_id: 'user_y' }] };
    expect(schemaProblems(dataSchema, data)).toEqual([
      'users[1].id: expected "user_x" only once',
      'sessions[0].user_id: expected the id of a user in this file, got "user_y"',
    ]);
  });
});
