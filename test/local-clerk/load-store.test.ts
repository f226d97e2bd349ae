import { expect, test } from 'vitest';
import type { LocalClerkData } from '../../src/local-clerk/data/local-clerk-data.ts';
import { loadStore } from '../../src/local-clerk/load-store.ts';
import { loadTime } from './test-instance.ts';

const own = { name: 'own', custom_signing_key: true, signing_algorithm: 'ES256' };

test('the store has copies: later changes of the data do not reach it', () => {
  const claims: Record<string, unknown> = { plan: 'free' };
  const store = loadStore({ jwt_templates: [{ name: 'mine', claims }] }, loadTime);
  claims.sid = 'sess_x';
  expect(store.templates.get('jtmp_mine')?.claims).toEqual({ plan: 'free' });
});

test('the warnings of parsing come before those of the store', () => {
  const data = { comment: 'mine', jwt_templates: [own] } as LocalClerkData;
  expect(loadStore(data, loadTime).warnings).toEqual([
    expect.stringContaining('"comment", which is ignored'),
    expect.stringContaining('no signing key for the JWT template "own" (ES256)'),
  ]);
});

test('a generated key is reused for a template with the same name and algorithm', () => {
  const first = loadStore({ jwt_templates: [own] }, loadTime);
  const second = loadStore({ jwt_templates: [{ ...own, lifetime: 90 }] }, loadTime, first);
  expect(second.templates.get('jtmp_own')?.key).toBe(first.templates.get('jtmp_own')?.key);
  expect(second.warnings).toEqual([]);
  const other = loadStore({ jwt_templates: [{ ...own, signing_algorithm: 'HS256' }] }, loadTime, second);
  expect(other.templates.get('jtmp_own')?.key?.algorithm).toBe('HS256');
  expect(other.warnings).toHaveLength(1);
});

test('invalid data are refused', () => {
  expect(() => loadStore({ users: [{ id: 5 }] }, loadTime)).toThrow('users[0].id');
});
