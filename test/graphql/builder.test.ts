import { isNonNullType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { builder } from '../../src/graphql/builder.ts';
import '../../src/graphql/schema.ts';

test('a field of the graph is not nullable by default', () => {
  const token = builder.toSchema().getType('Token');
  if (!isObjectType(token)) throw new Error('expected the type Token');
  for (const field of Object.values(token.getFields())) expect(isNonNullType(field.type)).toBe(true);
});

test('the graph of the builder has no types of Federation: the subgraph adds them', () => {
  const types = Object.keys(builder.toSchema().getTypeMap());
  expect(types).toEqual(expect.arrayContaining(['Query', 'Subscription', 'Session', 'Token', 'JWT']));
  expect(types.filter((name) => /^_(?!_)/.test(name))).toEqual([]);
});
