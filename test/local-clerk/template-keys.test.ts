import { describe, expect, test } from 'vitest';
import { demoData } from '../../src/local-clerk/data/demo-data.ts';
import { listIntegrationTemplates, templateVerificationKey } from '../../src/local-clerk/template-keys.ts';
import { testStore } from './test-instance.ts';

const firebase = 'integration_firebase';

describe('the templates of integrations', () => {
  test('are those that are on, with their longest lifetime', () => {
    const expected = [{ name: firebase, lifetime: 3_600, algorithm: 'RS256' }];
    expect(listIntegrationTemplates(testStore())).toEqual(expected);
    expect(listIntegrationTemplates(testStore({}))).toEqual([]);
  });
});

describe('the verification key of a template', () => {
  test('is the secret of an HS256 template', () => {
    const data = demoData();
    const secret = data.jwt_templates?.find(({ name }) => name === 'nhost')?.signing_key;
    const expected = { algorithm: 'HS256', verificationKey: secret };
    expect(templateVerificationKey(testStore(data), 'nhost')).toEqual(expected);
  });

  test('is the public key of the Firebase integration', () => {
    const { algorithm, verificationKey } = templateVerificationKey(testStore(), firebase);
    expect(algorithm).toBe('RS256');
    expect(verificationKey).toMatch(/^-----BEGIN PUBLIC KEY-----/);
  });

  test('is missing for a template that signs with the key of the instance', () => {
    expect(() => templateVerificationKey(testStore(), 'hasura')).toThrow(
      'The JWT template "hasura" signs with the key of the instance: use jwtKey.',
    );
  });

  test('is missing for an integration that a JWT template of its name replaces', () => {
    const store = testStore({ ...demoData(), jwt_templates: [{ name: firebase }] });
    expect(() => templateVerificationKey(store, firebase)).toThrow('use jwtKey');
  });

  test.each(['nowhere', 'Hasura', firebase])('is missing for %s, which the store does not have', (name) => {
    expect(() => templateVerificationKey(testStore({}), name)).toThrow(
      `The local Clerk has no JWT template "${name}".`,
    );
  });
});
