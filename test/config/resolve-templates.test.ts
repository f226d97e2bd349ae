import { expect, test } from 'vitest';
import { resolveTemplates, templateNames } from '../../src/config/resolve-templates.ts';

const defaults = {
  ...{ requires: undefined, allow: undefined, organizationClaim: undefined, subjectClaim: ['sub'] },
  ...{ lifetime: undefined, maxLifetime: 3_600, maxCacheAge: 60, cache: true, allowImpersonated: false },
};

test('a named template has the default policy', () => {
  expect(resolveTemplates(['hasura'])).toEqual({
    byName: new Map([['hasura', { ...defaults, label: 'hasura' }]]),
    others: undefined,
  });
});

test("'*' gives every template the default policy, and the Firebase integration its own subject claim", () => {
  const { byName, others } = resolveTemplates('*');
  expect([...byName]).toEqual([
    ['integration_firebase', { ...defaults, label: 'integration_firebase', subjectClaim: ['uid'] }],
  ]);
  // Callers choose the names of these templates: metrics must not have one series for each.
  expect(others).toEqual({ ...defaults, label: 'other' });
});

test('a policy keeps what it sets, and claims become paths', () => {
  const allow = () => true;
  const policy = {
    ...{ allow, organizationClaim: 'org', subjectClaim: ['a', 'b'], requires: { plan: 'user:pro' } },
    ...{ lifetime: 30, maxLifetime: 40, maxCacheAge: 10, cache: false, allowImpersonated: true },
  };
  const { byName } = resolveTemplates({ a: policy, integration_firebase: { subjectClaim: 'sub' } });
  expect(byName.get('a')).toEqual({ ...policy, label: 'a', organizationClaim: ['org'] });
  expect(byName.get('integration_firebase')?.subjectClaim).toEqual(['sub']);
});

test('templateNames returns the configured names', () => {
  expect([templateNames('*'), templateNames(['a', 'b']), templateNames({ c: {} })]).toEqual([
    [],
    ['a', 'b'],
    ['c'],
  ]);
});
