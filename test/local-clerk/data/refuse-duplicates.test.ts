import { expect, test } from 'vitest';
import { dataSchema } from '../../../src/local-clerk/data/data-schema.ts';
import { schemaProblems } from '../schema-problems.ts';

const user = { id: 'user_x' };
const session = { id: 'sess_x', user_id: 'user_x' };

test.each<[string, object]>([
  ['users[1].id: expected "user_x" only once', { users: [user, user] }],
  [
    'organizations[1].id: expected "org_a" only once',
    { organizations: [{ id: 'org_a' }, { id: 'org_a', slug: 'b' }] },
  ],
  [
    'organizations[1].slug: expected "acme" only once',
    { organizations: [{ id: 'org_acme' }, { id: 'org_2', slug: 'acme' }] },
  ],
  ['sessions[1].id: expected "sess_x" only once', { users: [user], sessions: [session, session] }],
  [
    'jwt_templates[1].name: expected "a" only once',
    { jwt_templates: [{ name: 'a' }, { name: 'a', id: 'jtmp_2' }] },
  ],
  [
    'jwt_templates[1].id: expected "jtmp_a" only once',
    { jwt_templates: [{ name: 'a' }, { name: 'b', id: 'jtmp_a' }] },
  ],
])('%s', (problem, data) => {
  expect(schemaProblems(dataSchema, data)).toEqual([problem]);
});

test('every repetition is reported', () => {
  expect(schemaProblems(dataSchema, { users: [user, user, user] })).toHaveLength(2);
});

test('the same id in two lists is accepted', () => {
  expect(schemaProblems(dataSchema, { users: [{ id: 'x' }], organizations: [{ id: 'x' }] })).toEqual([]);
});
