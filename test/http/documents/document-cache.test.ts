import { type DocumentNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { documentCache } from '../../../src/http/documents/document-cache.ts';
import { useGateways } from '../../support/gateway.ts';

/** A cache, and what Yoga does with a document that it has parsed. */
function start() {
  const { option, plugin } = documentCache();
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
  test('keeps a document that has proved valid', () => {
    const { meet, get } = start();
    const document = meet('{ session { id } }', 'valid');
    expect(get('{ session { id } }')).toBe(document);
  });

  test('keeps none that is not valid, and no error', () => {
    const { meet, get, option } = start();
    meet('{ nothing }', 'invalid');
    expect(get('{ nothing }')).toBeUndefined();
    option.errorCache?.set('}', new Error('not GraphQL'));
    expect(option.errorCache?.get('}')).toBeUndefined();
  });

  test('X12 is bounded by the length of the sources, whatever their number', () => {
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

describe('a document that comes again', () => {
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

  test('of two operations answers the one that is named', async () => {
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
