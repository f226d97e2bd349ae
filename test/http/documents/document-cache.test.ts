import { type DocumentNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createDocumentCache } from '../../../src/http/documents/document-cache.ts';
import { useGateways } from '../../support/gateway.ts';

/** Returns a cache, and a function that uses it as Yoga does for a parsed document. */
function start() {
  const { option, plugin } = createDocumentCache();
  const meet = (source: string, verdict: 'valid' | 'invalid'): DocumentNode => {
    const document = parse(source);
    option.documentCache?.set(source, document);
    const validated = plugin.onValidate?.({ params: { documentAST: document } } as never);
    (validated as (result: { valid: boolean }) => void)({ valid: verdict === 'valid' });
    return document;
  };
  return { option, meet, get: (source: string) => option.documentCache?.get(source) };
}

const sourceOf = (length: number, name: string) => `query ${name} { a }`.padEnd(length);

describe('the cache of documents', () => {
  test('stores a valid document', () => {
    const { meet, get } = start();
    const document = meet('{ session { id } }', 'valid');
    expect(get('{ session { id } }')).toBe(document);
  });

  test('stores no invalid document and no error', () => {
    const { meet, get, option } = start();
    meet('{ nothing }', 'invalid');
    expect(get('{ nothing }')).toBeUndefined();
    option.errorCache?.set('}', new Error('not GraphQL'));
    expect(option.errorCache?.get('}')).toBeUndefined();
  });

  test('X12 is bounded by the length of its sources, not only by their number', () => {
    const { meet, get } = start();
    const long = Array.from({ length: 100 }, (_, at) => sourceOf(16 * 1024, `q${at}`));
    for (const source of long) meet(source, 'valid');
    const kept = long.filter((source) => get(source) !== undefined);
    expect(kept).toEqual(long.slice(-16));
    const longer = sourceOf(16 * 1024 + 1, 'longer');
    meet(longer, 'valid');
    expect(get(longer)).toBeUndefined();
  });
});

describe('a repeated document', () => {
  const world = useGateways();

  test('gets the same answer, valid or not', async () => {
    const gateway = world.start();
    for (const query of [
      '{ session { id } }',
      '{ nothing }',
      '}',
      '{ session { id } } query B { session { id } }',
    ]) {
      const [first, second] = [await gateway.ask(query), await gateway.ask(query)];
      expect(second.text).toBe(first.text);
    }
  });

  test('with two operations answers the one that is named', async () => {
    const gateway = world.start();
    const query = 'query A { session { id } } query B { session { userId } }';
    for (const [operationName, session] of [
      ['A', { id: 'sess_ada' }],
      ['B', { userId: 'user_ada' }],
      ['A', { id: 'sess_ada' }],
    ] as const) {
      expect((await gateway.ask(query, { operationName, session: 'sess_ada' })).data).toEqual({ session });
    }
  });
});
