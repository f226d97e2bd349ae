import { expect, test } from 'vitest';
import type { SelectedTemplate } from '../../../src/cli/types/select-templates.ts';
import { defaultClaimsType, typesOfTemplates } from '../../../src/cli/types/template-types.ts';

const named = (...names: string[]) =>
  names.map((name): SelectedTemplate => ({ kind: 'template', name, claims: {} }));

test.each([
  ['hasura', 'HasuraClaims'],
  ['my-service_v2', 'MyServiceV2Claims'],
  ['2fa', 'Template2faClaims'],
  ['a--b', 'ABClaims'],
  ['default', 'DefaultClaims2'],
])('the interface of %s is %s', (name, interfaceName) => {
  expect(typesOfTemplates(named(name))).toMatchObject([{ name, interfaceName }]);
});

test('two templates never share an interface', () => {
  expect(typesOfTemplates(named('a-b', 'a_b', 'aB', 'AB')).map(({ interfaceName }) => interfaceName)).toEqual(
    ['ABClaims', 'ABClaims2', 'ABClaims3', 'ABClaims4'],
  );
});

test("Clerk's own claims take precedence over those of a template", () => {
  const claims = { sub: 'mine', aud: 'a' };
  const [type] = typesOfTemplates([{ kind: 'template', name: 'a', claims }]);
  expect([...(type?.claims.properties.keys() ?? [])]).toEqual(['aud']);
  expect([...defaultClaimsType.properties.keys()]).toContain('sub');
});

test('a token of the Firebase integration has its own claims alone', () => {
  const [type] = typesOfTemplates([{ kind: 'firebase', name: 'integration_firebase' }]);
  expect(type).toMatchObject({ interfaceName: 'IntegrationFirebaseClaims', defaults: 'without' });
  expect([...(type?.claims.properties.keys() ?? [])]).toEqual(['aud', 'exp', 'iat', 'iss', 'sub', 'uid']);
});
