import { describe, expect, test } from 'vitest';
import { demoData } from '../../../src/local-clerk/data/demo-data.ts';
import { findLists } from '../../../src/local-clerk/data/find-lists.ts';

const template = { object: 'jwt_template', id: 'jtmp_1', name: 'exported', claims: { plan: 'free' } };

describe('lists by name', () => {
  test('are plain, or pages of Clerk’s API', () => {
    const json = { users: [{ id: 'user_x' }], jwt_templates: { data: [template], total_count: 1 } };
    const { lists, warnings } = findLists(json);
    expect(lists).toEqual({ users: [{ id: 'user_x' }], jwt_templates: [template] });
    expect(warnings).toEqual([]);
  });

  test('keep their paths in the JSON', () => {
    const { describePath } = findLists({ users: [], jwt_templates: { data: [] } });
    expect(describePath(['users', 0, 'id'])).toBe('users[0].id');
    expect(describePath(['jwt_templates', 0, 'name'])).toBe('jwt_templates.data[0].name');
    expect(describePath([])).toBe('top level');
  });

  test('with unknown keys cause a warning for each key', () => {
    const expected =
      'expected users, organizations, organization_memberships, sessions, jwt_templates, firebase_integration.';
    expect(findLists({ user: [], users: [], data: {} }).warnings).toEqual([
      `The data have an unknown key "user", which is ignored: ${expected}`,
      `The data have an unknown key "data", which is ignored: ${expected}`,
    ]);
  });

  test('are not read from a prototype', () => {
    expect(findLists(JSON.parse('{"__proto__": {"users": [5]}}')).lists).toEqual({});
  });
});

describe('a bare list', () => {
  test.each<[string, unknown, string]>([
    ['plain', [template], '[0].name'],
    ['in a page', { data: [template], total_count: 1 }, 'data[0].name'],
  ])('%s has the JWT templates, beside the users of the demo data', (_form, json, path) => {
    const { lists, warnings, describePath } = findLists(json);
    const { users, sessions } = demoData();
    expect(lists).toMatchObject({ users, sessions, jwt_templates: [template], firebase_integration: null });
    expect(warnings).toEqual([expect.stringContaining('come from the demo data')]);
    expect(describePath(['jwt_templates', 0, 'name'])).toBe(path);
  });

  test('with other objects is refused', () => {
    expect(() => findLists([{ object: 'organization', name: 'Acme' }])).toThrow(
      'this one contains an object of type "organization". Name the lists: ',
    );
  });

  test('may have entries without an object type', () => {
    expect(findLists([{ name: 'a' }, 5]).lists).toMatchObject({ jwt_templates: [{ name: 'a' }, 5] });
  });
});

test.each([5, 'text', null])('%j has no lists and is passed to the schema', (json) => {
  expect(findLists(json)).toMatchObject({ lists: json, warnings: [] });
});
