import { assertValidSchema } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';

test('every type, field and argument of the graph is described', () => {
  const undescribed: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    // graphql-js defines the types of introspection.
    if (type.name.startsWith('__')) continue;
    if (!type.description) undescribed.push(type.name);
    if (!('getFields' in type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (!field.description) undescribed.push(`${type.name}.${field.name}`);
      for (const argument of 'args' in field ? field.args : []) {
        if (!argument.description) undescribed.push(`${type.name}.${field.name}(${argument.name})`);
      }
    }
  }
  expect(undescribed).toEqual([]);
});

test('the schema is valid, and sorted by name', () => {
  expect(() => assertValidSchema(schema)).not.toThrow();
  const names = Object.keys(schema.getTypeMap());
  expect(names).toEqual(names.toSorted());
});
