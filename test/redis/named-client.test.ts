import type { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { namedClient } from '../../src/redis/named-client.ts';

class FakeClient {
  status = 'ready';
  readonly #prefix = 'value of ';
  get(key: string): string {
    return this.#prefix + key;
  }
  getrangeBuffer(key: string): string {
    return this.get(key);
  }
}

test('a named client tells the name of each command, and runs it like the client', () => {
  const names: string[] = [];
  const client = namedClient(new FakeClient() as unknown as Redis, (name) => void names.push(name));
  const fake = client as unknown as FakeClient;
  expect([fake.get('a'), fake.getrangeBuffer('b'), fake.status]).toEqual([
    'value of a',
    'value of b',
    'ready',
  ]);
  expect(names).toEqual(['GET', 'GETRANGE']);
});
