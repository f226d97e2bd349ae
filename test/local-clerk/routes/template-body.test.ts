import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  readSigningKey,
  refuseReservedClaim,
  refuseTakenName,
  type TemplateBody,
  updatedKey,
} from '../../../src/local-clerk/routes/template-body.ts';
import type { Template } from '../../../src/local-clerk/store/template.ts';
import { readTemplateKey } from '../../../src/local-clerk/tokens/template-key.ts';
import { testStore } from '../test-instance.ts';

const body = (change: Partial<TemplateBody> = {}): TemplateBody => ({ name: 'a', claims: {}, ...change });
const refused = (code: string, param_name: string) =>
  expect.objectContaining({ status: 422, entry: expect.objectContaining({ code, meta: { param_name } }) });

test('a reserved claim is refused, and others are not', () => {
  expect(() => refuseReservedClaim(body({ claims: { sub: 'x' } }))).toThrow("reserved claim: 'sub'");
  expect(() => refuseReservedClaim(body({ claims: { aud: 'x', inner: { sub: 'x' } } }))).not.toThrow();
});

describe('the name of a template', () => {
  test('is refused when another template has it', () => {
    expect(() => refuseTakenName(testStore(), 'hasura', null)).toThrow(
      'A JWT template named hasura already exists.',
    );
    expect(() => refuseTakenName(testStore(), 'hasura', 'jtmp_short')).toThrow('already exists');
  });

  test('is accepted when it is free or its own', () => {
    expect(() => refuseTakenName(testStore(), 'new', null)).not.toThrow();
    expect(() => refuseTakenName(testStore(), 'hasura', 'jtmp_hasura')).not.toThrow();
  });
});

describe('a custom signing key', () => {
  test('is read by its algorithm', () => {
    const key = readSigningKey(body({ signing_algorithm: 'HS256', signing_key: 'secret' }));
    expect(key).toMatchObject({ algorithm: 'HS256', verificationKey: 'secret' });
  });

  test.each<[string, string, Partial<TemplateBody>]>([
    ['form_conditional_param_missing', 'signing_algorithm', { signing_key: 'x' }],
    ['form_conditional_param_missing', 'signing_key', { signing_algorithm: 'HS256' }],
    ['form_param_value_invalid', 'signing_algorithm', { signing_algorithm: 'none', signing_key: 'x' }],
    ['form_param_value_invalid', 'signing_key', { signing_algorithm: 'RS256', signing_key: 'x' }],
    ['form_param_value_invalid', 'signing_key', { signing_algorithm: 'HS256', signing_key: '' }],
  ])('is refused with %s for %s: %j', (code, parameter, change) => {
    expect(() => readSigningKey(body(change))).toThrow(refused(code, parameter));
  });

  test('is refused without quoting the key', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const change = { signing_algorithm: 'RS256', signing_key: pem };
    expect(() => readSigningKey(body(change))).not.toThrow('BEGIN');
  });
});

describe('the key of an updated template', () => {
  const key = readTemplateKey('HS256', 'secret');
  const template = (change: Partial<Template>) => ({ key: null, ...change }) as Template;

  test('stays when the body has no key', () => {
    expect(updatedKey(template({ key }), body())).toBe(key);
    expect(updatedKey(template({ key }), body({ custom_signing_key: true }))).toBe(key);
    expect(updatedKey(template({}), body())).toBeNull();
  });

  test('is removed by custom_signing_key: false', () => {
    expect(updatedKey(template({ key }), body({ custom_signing_key: false, signing_key: 'x' }))).toBeNull();
  });

  test('is replaced by the key of the body', () => {
    const change = { signing_algorithm: 'HS512', signing_key: 'other' };
    expect(updatedKey(template({ key }), body(change))?.algorithm).toBe('HS512');
    expect(updatedKey(template({}), body({ custom_signing_key: true, ...change }))?.algorithm).toBe('HS512');
  });

  test('is required by custom_signing_key: true on a template without one', () => {
    expect(() => updatedKey(template({}), body({ custom_signing_key: true }))).toThrow('is required');
  });
});
