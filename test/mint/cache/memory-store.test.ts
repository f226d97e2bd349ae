import { expect, test } from 'vitest';
import { createMemoryStore } from '../../../src/mint/cache/memory-store.ts';

test('C13 a million keys stay within the bound, and the latest are kept', () => {
  const memory = createMemoryStore(50_000);
  const token = { jwt: 'x'.repeat(500), claims: {}, issuedAt: 1, expiresAt: 61 };
  for (let order = 0; order < 1_000_000; order += 1) memory.commit(`key-${order}`, { token, order });
  expect(memory.size).toBe(50_000);
  expect([memory.get('key-0'), memory.get('key-999999')?.order]).toEqual([undefined, 999_999]);
});

test('C13 a large token counts for several entries', () => {
  const memory = createMemoryStore(1_000);
  const token = { jwt: 'x'.repeat(1_000_000), claims: {}, issuedAt: 1, expiresAt: 61 };
  for (let order = 0; order < 100; order += 1) memory.commit(`key-${order}`, { token, order });
  expect(memory.size).toBeLessThan(5);
});

test('C10 a token is replaced by a newer one only: by its iat, and within one second by the order of its mint', () => {
  const memory = createMemoryStore(10);
  const entry = (issuedAt: number, order: number) => ({
    token: { jwt: `${issuedAt}-${order}`, claims: {}, issuedAt, expiresAt: issuedAt + 60 },
    order,
  });
  const stored = (issuedAt: number, order: number) => memory.commit('key', entry(issuedAt, order));
  expect([stored(100, 5), stored(99, 9), stored(100, 4), stored(100, 5)]).toEqual([true, false, false, true]);
  expect([stored(100, 6), stored(101, 1)]).toEqual([true, true]);
  expect(memory.get('key')?.token.jwt).toBe('101-1');
  memory.drop('key');
  expect([memory.get('key'), memory.size]).toEqual([undefined, 0]);
  expect(stored(50, 1)).toBe(true);
});
