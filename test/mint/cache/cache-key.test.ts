import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCacheKeys } from '../../../src/mint/cache/cache-key.ts';
import { nodeRuntime } from '../../../src/runtime/node.ts';
import { aCaller } from '../../support/engine.ts';

const { digest } = nodeRuntime;
const none: readonly string[] = [];
const keyOf = createCacheKeys(() => none, digest);
const key = (claims: Record<string, unknown>, template = 'hasura', lifetime?: number) =>
  keyOf(aCaller(claims), template, lifetime);

describe('keys that differ', () => {
  test('C06 sessions and templates whose joined names would collide have distinct keys', () => {
    const separators = ['', ':', '|', '/', ',', '","', '\\', '\0', '\n', '[', ']', 'null', '\\"', '"'];
    const keys = separators.flatMap((s) => [
      key({ sid: `a${s}b` }, 'c'),
      key({ sid: 'a' }, `b${s}c`),
      key({ sid: `a${s}b${s}c` }, ''),
      key({ sid: `a${s}` }, 'bc'),
    ]);
    const parts = separators.flatMap((s) => [`a${s}b c`, `a b${s}c`, `a${s}b${s}c `, `a${s} bc`]);
    expect(new Set(keys).size).toBe(new Set(parts).size);
  });

  test('C06 any two lists of session, template and lifetime have one key only where they are equal', () => {
    const name = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', '"', '\\', ',', ':', '|', '1', '\0') }),
      fc.string({ unit: 'binary', maxLength: 6 }),
    );
    const lifetime = fc.option(fc.integer({ min: 30, max: 100 }), { nil: undefined });
    const parts = fc.tuple(name, name, lifetime);
    const { iat, exp, nbf, ...stable } = aCaller().claims;
    const of = ([sid, template, life]: readonly [string, string, number | undefined]) =>
      keyOf(aCaller({ ...stable, sid }), template, life);
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const equal = JSON.stringify(one) === JSON.stringify(other);
        expect(of(one) === of(other)).toBe(equal);
      }),
    );
    expect([iat, exp, nbf]).not.toContain(undefined);
  });

  test('C06 a lifetime that is not given differs from every one that is', () => {
    const lifetimes = [undefined, 30, 60, 300];
    expect(new Set(lifetimes.map((lifetime) => key({}, 'hasura', lifetime))).size).toBe(4);
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['an organization', { o: { id: 'org_1', rol: 'admin' } }, { o: { id: 'org_2', rol: 'admin' } }],
    ['no organization', { o: { id: 'org_1' } }, {}],
    ['a role', { o: { id: 'org_1', rol: 'admin' } }, { o: { id: 'org_1', rol: 'member' } }],
    ['a permission', { o: { id: 'org_1', per: 'read' } }, { o: { id: 'org_1', per: 'read,write' } }],
    ['a plan', { pla: 'u:free' }, { pla: 'u:pro' }],
    ['an actor', { act: { sub: 'user_admin' } }, {}],
    ['a custom claim', { team: 'red' }, { team: 'blue' }],
    ['a claim deep inside', { a: { b: [{ c: 1 }] } }, { a: { b: [{ c: 2 }] } }],
    ['the order in a list', { list: [1, 2] }, { list: [2, 1] }],
    ['a list and an object', { list: ['a'] }, { list: { 0: 'a' } }],
    ['a number and a text', { n: 1 }, { n: '1' }],
    ['null and a missing claim', { n: null }, {}],
    ['a claim named like one that is left out, but inside another', { a: { iat: 1 } }, { a: { iat: 2 } }],
    ['a claim named __proto__', JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":2}}')],
    ['a lone surrogate', { half: '\ud800' }, { half: '\ufffd' }],
  ])('C05 %s changes the key', (_what, one, other) => {
    expect(key(one)).not.toBe(key(other));
  });
});

describe('keys that are the same', () => {
  test('the times and the id of a session token, and the age of its factors, do not change the key', () => {
    const later = { iat: 5, exp: 65, nbf: 1, jti: 'another', fva: [7, -1] };
    expect(key(later)).toBe(key({ fva: [0, -1], jti: 'one' }));
  });

  test('C06 the order of claims does not change the key, at any depth', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .map(([name, inner]) => [name, reversed(inner)] as const)
          .reverse(),
      );
    };
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (claims) => {
        expect(key({ custom: claims })).toBe(key({ custom: reversed(claims) }));
      }),
    );
  });

  test('claims that the operator ignores do not change the key, at the top level only', () => {
    const ignored = ['last_seen'];
    const ignoring = createCacheKeys(() => ignored, digest);
    const of = (claims: Record<string, unknown>) => ignoring(aCaller(claims), 'hasura', undefined);
    expect(of({ last_seen: 1 })).toBe(of({ last_seen: 2 }));
    expect(of({ a: { last_seen: 1 } })).not.toBe(of({ a: { last_seen: 2 } }));
  });
});

test('C06 any two sets of custom claims have one key only where they are equal', () => {
  const claims = fc.dictionary(fc.constantFrom('a', 'b', '1', '__proto__'), fc.jsonValue({ maxDepth: 2 }), {
    maxKeys: 2,
    noNullPrototype: true,
  });
  const same = (one: unknown, other: unknown) => {
    try {
      expect(JSON.parse(JSON.stringify(one))).toEqual(JSON.parse(JSON.stringify(other)));
      return true;
    } catch {
      return false;
    }
  };
  fc.assert(
    fc.property(claims, claims, (one, other) => {
      expect(key({ custom: one }) === key({ custom: other })).toBe(same(one, other));
    }),
  );
});
