import { expect, test } from 'vitest';
import { createMemoryStore } from '../../../src/mint/cache/memory-store.ts';

test('C13 a million keys stay within the bound, and the latest are there', () => {
  const held = createMemoryStore(50_000);
  const token = { jwt: 'x'.repeat(500), claims: {}, issuedAt: 1, expiresAt: 61 };
  for (let order = 0; order < 1_000_000; order += 1) held.commit(`key-${order}`, { token, order });
  expect(held.size).toBe(50_000);
  expect([held.get('key-0'), held.get('key-999999')?.order]).toEqual([undefined, 999_999]);
});

test('C13 large tokens take the room of many', () => {
  const held = createMemoryStore(1_000);
  const token = { jwt: 'x'.repeat(1_000_000), claims: {}, issuedAt: 1, expiresAt: 61 };
  for (let order = 0; order < 100; order += 1) held.commit(`key-${order}`, { token, order });
  expect(held.size).toBeLessThan(5);
});
