import { describe, expect, test } from 'vitest';
import { templateSchema } from '../../../src/local-clerk/data/template-schema.ts';
import { type Template, toTemplate } from '../../../src/local-clerk/store/template.ts';

function template(change: object = {}, previous: Template[] = []) {
  const warnings: string[] = [];
  const parsed = templateSchema.parse({ name: 'own', ...change });
  return { warnings, template: toTemplate(parsed, 0, { warnings, previous }) };
}

const missing = { custom_signing_key: true, signing_algorithm: 'HS256' };

test('a template signs with the key of the instance unless it has a custom key', () => {
  const expected = { id: 'jtmp_own', lifetime: 60, allowed_clock_skew: 5, key: null };
  expect(template()).toMatchObject({ warnings: [], template: expected });
  expect(template({ custom_signing_key: false, signing_key: 'x' }).template.key).toBeNull();
});

test('a template without dates is created in the order of the data', () => {
  expect(template().template.created_at).toBe(1_704_067_200_000);
  expect(template({ created_at: 5 }).template).toMatchObject({ created_at: 5, updated_at: 5 });
});

describe('a custom key', () => {
  test('is that of the data', () => {
    const { template: own, warnings } = template({ signing_algorithm: 'HS384', signing_key: 'secret' });
    expect(own.key).toMatchObject({ algorithm: 'HS384', verificationKey: 'secret' });
    expect(warnings).toEqual([]);
  });

  test('is generated with a warning when the data have none', () => {
    const { template: own, warnings } = template(missing);
    expect(own.key?.algorithm).toBe('HS256');
    expect(warnings).toEqual([
      'The data have no signing key for the JWT template "own" (HS256): a generated key signs its tokens.',
    ]);
  });

  test('is reused from the template with the same name and algorithm', () => {
    const { template: first } = template(missing);
    expect(template(missing, [first])).toMatchObject({ warnings: [], template: { key: first.key } });
    const other = template({ ...missing, signing_algorithm: 'HS512' }, [first]);
    expect(other.template.key?.algorithm).toBe('HS512');
    expect(other.warnings).toHaveLength(1);
    expect(template({ ...missing, name: 'another' }, [first]).template.key).not.toBe(first.key);
  });
});
