import { expect, test } from 'vitest';
import { organizationSchema, slugOf } from '../../../src/local-clerk/data/organization-schema.ts';
import { schemaProblems } from '../schema-problems.ts';

test('an organization needs only an id', () => {
  expect(organizationSchema.parse({ id: 'org_acme' })).toEqual({
    id: 'org_acme',
    image_url: '',
    max_allowed_memberships: 5,
    admin_delete_enabled: true,
    public_metadata: {},
    private_metadata: {},
    plans: ['free_org'],
    features: [],
  });
});

test.each<[string, object]>([
  ['id: expected 1 to 100 letters', { id: '' }],
  ['max_allowed_memberships: ', { max_allowed_memberships: -1 }],
  ['features[0]: expected a slug', { features: [' '] }],
])('an organization is refused: %s', (problem, change) => {
  expect(schemaProblems(organizationSchema, { id: 'org_a', ...change })).toEqual([
    expect.stringContaining(problem),
  ]);
});

test.each([
  [{ id: 'org_Acme' }, 'acme'],
  [{ id: 'org_acme', slug: null }, 'acme'],
  [{ id: 'org_acme', slug: 'Other' }, 'Other'],
  [{ id: 'acme' }, 'acme'],
])('the slug of %j is %s', (organization, slug) => {
  expect(slugOf(organization)).toBe(slug);
});
