import { expect, test } from 'vitest';
import { serializeTemplate } from '../../../src/local-clerk/serializers/jwt-template.ts';
import { findTemplateByName } from '../../../src/local-clerk/store/lookups.ts';
import { testStore } from '../test-instance.ts';

const store = testStore({
  jwt_templates: [
    { name: 'plain', claims: { a: '{{user.id}}' } },
    { name: 'own', signing_algorithm: 'HS512', signing_key: 'secret' },
  ],
});

function serialized(name: string) {
  const template = findTemplateByName(store, name);
  return template && serializeTemplate(template);
}

test('a template is shown with its claims as they are written', () => {
  expect(serialized('plain')).toEqual({
    object: 'jwt_template',
    id: 'jtmp_plain',
    name: 'plain',
    claims: { a: '{{user.id}}' },
    lifetime: 60,
    allowed_clock_skew: 5,
    custom_signing_key: false,
    signing_algorithm: 'RS256',
    created_at: 1_704_067_200_000,
    updated_at: 1_704_067_200_000,
  });
});

test('a custom key is shown by its algorithm only', () => {
  expect(serialized('own')).toMatchObject({ custom_signing_key: true, signing_algorithm: 'HS512' });
  expect(JSON.stringify(serialized('own'))).not.toContain('secret');
});
