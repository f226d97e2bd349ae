import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createKeyRing, type KeyList } from '../../src/crypto/key-ring.ts';
import { createKeyedHash } from '../../src/crypto/node-keyed-hash.ts';
import { createRevocations, type Revocation } from '../../src/revocation/revocations.ts';
import type { RevocationEvent } from '../../src/telemetry/events.ts';
import { monotonicNow } from '../../src/time/monotonic-now.ts';
import { aCaller } from '../support/engine.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { pass } = useFakeTime();
const keepFor = 600_000;
const seconds = () => Date.now() / 1000;
const session = (id: string): Revocation => ({ effect: 'refuse', target: 'session', id, at: seconds() });
const isRevocation = (one: Instance, caller = aCaller()) => one.rejects(caller);

type Instance = ReturnType<typeof start>;

/** Starts the revocations of an instance. @param first - its cache keys, the newest first */
function start(...first: [string, ...string[]]) {
  let secrets: KeyList<string> = first;
  const learned: RevocationEvent[] = [];
  const revocations = createRevocations({
    keyRing: createKeyRing(() => secrets, createKeyedHash),
    ...{ keepFor: () => keepFor, now: () => Date.now(), monotonicNow },
    onLearned: (event) => void learned.push(event),
  });
  return {
    ...revocations,
    learned,
    replace(...next: [string, ...string[]]) {
      secrets = next;
    },
  };
}

/** Delivers the texts of one instance to another. */
function tell(texts: readonly string[], other: Instance): void {
  for (const text of texts) other.learnText(text);
}

const [a, b] = ['key a', 'key b'];

test('a revocation with one text for each key is reported once', () => {
  const [one, other] = [start(a, b), start(b, a)];
  tell(one.learn([session('sess_ada'), session('sess_grace')]), other);
  pass(1);
  tell(one.learn([session('sess_alan')]), other);
  expect([one.learned.length, other.learned.length]).toEqual([3, 3]);
});

describe('a revocation reaches every instance that has a key in common', () => {
  const lists: [string, ...string[]][] = [[a], [a, b], [b, a], [b]];

  test.each(lists.flatMap((from) => lists.map((to) => [from, to] as const)))('from %j to %j', (from, to) => {
    const [one, other] = [start(...from), start(...to)];
    tell(one.learn([session('sess_ada')]), other);
    expect(isRevocation(one)).toBe(true);
    expect(isRevocation(other)).toBe(from.some((key) => to.includes(key)));
    // Whatever it learned is told to a third one under the same keys.
    const third = start(...to);
    tell(other.texts(), third);
    expect(isRevocation(third)).toBe(isRevocation(other));
  });
});

test('one text is written per key, and each is signed and named under its key alone', () => {
  const [text, other, ...more] = start(b, a).learn([session('sess_ada')]);
  expect(more).toEqual([]);
  const [ofA, ofB] = [start(a), start(b)];
  tell([text ?? ''], ofA);
  tell([other ?? ''], ofB);
  expect([isRevocation(ofA), isRevocation(ofB)]).toEqual([false, false]);
  tell([other ?? ''], ofA);
  tell([text ?? ''], ofB);
  expect([isRevocation(ofA), isRevocation(ofB)]).toEqual([true, true]);
});

test('a known revocation survives the removal of the only key that names it, until it expires', async () => {
  const one = start(a);
  const caller = aCaller();
  tell(start(a).learn([session('sess_ada')]), one);
  expect(one.rejects(caller)).toBe(true);
  one.replace(b, a);
  expect([one.rejects(caller), one.texts().length]).toEqual([true, 1]);
  one.replace(b);
  expect(one.rejects(caller)).toBe(true);
  expect(one.rejects(aCaller({ sid: 'sess_bob' }))).toBe(false);
  // Instances that still have the key know it already; a removed key signs nothing.
  expect(one.texts()).toEqual([]);
  await pass(599);
  expect(one.rejects(caller)).toBe(true);
  await pass(2);
  one.learn([session('sess_bob')]);
  expect(one.rejects(caller)).toBe(false);
});

test('the revocations of a key are told again once it is back in the ring', async () => {
  const [one, other] = [start(a), start(a)];
  const caller = aCaller();
  const texts = one.learn([session('sess_ada')]);
  one.replace(b);
  expect([one.rejects(caller), one.texts()]).toEqual([true, []]);
  const ofB = one.learn([session('sess_bob')]);
  one.replace(a);
  expect([one.rejects(caller), one.texts()]).toEqual([true, texts]);
  tell(one.texts(), other);
  expect(isRevocation(other)).toBe(true);
  one.replace(b, a);
  expect(one.texts()).toEqual([...texts, ...ofB]);
});

test('a text that a removed key has signed is ignored', () => {
  const [one, old] = [start(b, a), start(a)];
  one.replace(b);
  tell(old.learn([session('sess_ada')]), one);
  expect(isRevocation(one)).toBe(false);
});

test('a removed key that names no revocation any more costs no hash', async () => {
  let hashes = 0;
  const counted = (secret: string) => {
    const { name, sign } = createKeyedHash(secret);
    const count: typeof name = (kind, text) => {
      hashes += 1;
      return name(kind, text);
    };
    return { name: count, sign };
  };
  let secrets: KeyList<string> = [a];
  const revocations = createRevocations({
    keyRing: createKeyRing(() => secrets, counted),
    ...{ keepFor: () => keepFor, now: () => Date.now(), monotonicNow },
  });
  const hashesOf = (sid: string) => {
    const before = hashes;
    revocations.rejects(aCaller({ sid }));
    return hashes - before;
  };
  expect(hashesOf('sess_none')).toBe(0);
  revocations.learn([session('sess_ada')]);
  const [perKey] = [hashesOf('sess_1')];
  secrets = [b];
  expect(hashesOf('sess_2')).toBe(2 * perKey);
  await pass(601);
  revocations.learn([session('sess_bob')]);
  expect(hashesOf('sess_3')).toBe(perKey);
});

test('after any changes of keys, a revocation holds at every instance that could read it, and nowhere else', () => {
  const list = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 });
  const step = fc.oneof(
    fc.record({ do: fc.constant('replace' as const), at: fc.nat(2), keys: list }),
    fc.record({ do: fc.constant('revoke' as const), at: fc.nat(2), id: fc.constantFrom('sess_1', 'sess_2') }),
  );
  fc.assert(
    fc.property(
      fc.array(list, { minLength: 3, maxLength: 3 }),
      fc.array(step, { maxLength: 12 }),
      (first, steps) => {
        const instances = first.map((keys) => start(...(keys as [string])));
        const held = [...first];
        const known = first.map(() => new Set<string>());
        for (const action of steps) {
          if (action.do === 'replace') {
            instances[action.at]?.replace(...(action.keys as [string]));
            held[action.at] = action.keys;
            continue;
          }
          const texts = instances[action.at]?.learn([session(action.id)]) ?? [];
          instances.forEach((other, index) => {
            tell(texts, other);
            const shares = held[index]?.some((key) => held[action.at]?.includes(key));
            if (shares) known[index]?.add(action.id);
          });
        }
        instances.forEach((one, index) => {
          for (const sid of ['sess_1', 'sess_2']) {
            expect(isRevocation(one, aCaller({ sid }))).toBe(known[index]?.has(sid));
          }
          // Every key comes back: all that an instance has learned can be told to every other one.
          one.replace('a', 'b', 'c');
          const told = start('a', 'b', 'c');
          tell(one.texts(), told);
          for (const sid of ['sess_1', 'sess_2'])
            expect(isRevocation(told, aCaller({ sid }))).toBe(known[index]?.has(sid));
        });
      },
    ),
  );
});
