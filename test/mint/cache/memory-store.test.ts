import { expect, test } from 'vitest';
import { createMemoryStore } from '../../../src/mint/cache/memory-store.ts';

test('C13 a million keys stay within the bound, and the latest are kept', () => {
  const memory = createMemoryStore(50_000);
  const token = { jwt: 'x'.repeat(500), claims: {}, issuedAt: 1, expiresAt: 61 };
  for (let sequence = 0; sequence < 1_000_000; sequence += 1)
    memory.commit(`key-${sequence}`, { token, sequence });
  expect(memory.size).toBe(50_000);
  expect([memory.get('key-0'), memory.get('key-999999')?.sequence]).toEqual([undefined, 999_999]);
});

test('C13 a large token counts for several entries', () => {
  const memory = createMemoryStore(1_000);
  const token = { jwt: 'x'.repeat(1_000_000), claims: {}, issuedAt: 1, expiresAt: 61 };
  for (let sequence = 0; sequence < 100; sequence += 1) memory.commit(`key-${sequence}`, { token, sequence });
  expect(memory.size).toBeLessThan(5);
});

test('C10 a token is replaced by a newer one only: by its iat, and within one second by the order of its mint', () => {
  const memory = createMemoryStore(10);
  const entry = (issuedAt: number, sequence: number) => ({
    token: { jwt: `${issuedAt}-${sequence}`, claims: {}, issuedAt, expiresAt: issuedAt + 60 },
    sequence,
  });
  const stored = (issuedAt: number, sequence: number) => memory.commit('key', entry(issuedAt, sequence));
  expect([stored(100, 5), stored(99, 9), stored(100, 4), stored(100, 5)]).toEqual([true, false, false, true]);
  expect([stored(100, 6), stored(101, 1)]).toEqual([true, true]);
  expect(memory.get('key')?.token.jwt).toBe('101-1');
  memory.drop('key');
  expect([memory.get('key'), memory.size]).toEqual([undefined, 0]);
  expect(stored(50, 1)).toBe(true);
});
