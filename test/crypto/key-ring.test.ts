import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKeyRing, type KeyList } from '../../src/crypto/key-ring.ts';

function start(first: KeyList<string>) {
  let secrets = first;
  let derived = 0;
  const keys = createKeyRing(
    () => secrets,
    (secret) => {
      derived += 1;
      return { of: secret };
    },
  );
  return {
    keys,
    derived: () => derived,
    replace(next: KeyList<string>) {
      secrets = next;
      return keys();
    },
  };
}

test('the keys have the order of the secrets, and are derived once', () => {
  const ring = start(['b', 'a']);
  expect(ring.keys()).toEqual([{ of: 'b' }, { of: 'a' }]);
  expect(ring.keys()).toBe(ring.keys());
  expect(ring.derived()).toBe(2);
});

test('an equal list of secrets leaves the list of keys as it is', () => {
  const ring = start(['b', 'a']);
  const before = ring.keys();
  expect(ring.replace(['b', 'a'])).toBe(before);
});

test('after any replacements, there is one key per secret, and one that stays is the same object', () => {
  const list = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(list, { minLength: 1 }), (lists) => {
      const [first, ...others] = lists as unknown as [KeyList<string>, ...KeyList<string>[]];
      const ring = start(first);
      let before = ring.keys();
      for (const next of others) {
        const keys = ring.replace(next);
        expect(keys.map(({ of }) => of)).toEqual(next);
        for (const key of before) if (next.includes(key.of)) expect(keys).toContain(key);
        before = keys;
      }
    }),
  );
});
