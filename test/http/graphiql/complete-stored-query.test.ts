import { expect, test } from 'vitest';
import { completeStoredQuery } from '../../../src/http/graphiql/complete-stored-query.ts';

/** Returns the query that is stored afterwards. */
function queryAfter(stored: Record<string, string>): string | undefined {
  const items = new Map(Object.entries(stored));
  const localStorage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
  completeStoredQuery({ localStorage });
  return items.get('graphiql:query');
}

const tabs = [{ query: '{ a }' }, { query: '{ b }' }];

test('the query of the active tab is stored for a visitor who has not edited it', () => {
  expect(queryAfter({ 'graphiql:tabState': JSON.stringify({ tabs, activeTabIndex: 1 }) })).toBe('{ b }');
});

test('a query that GraphiQL has stored stays', () => {
  const tabState = JSON.stringify({ tabs, activeTabIndex: 1 });
  expect(queryAfter({ 'graphiql:tabState': tabState, 'graphiql:query': '{ c }' })).toBe('{ c }');
});

test.each([
  undefined,
  '',
  '{',
  'null',
  '{}',
  '{"tabs":[],"activeTabIndex":0}',
  '{"tabs":[{"query":5}],"activeTabIndex":0}',
])('nothing is stored for the state of tabs %j', (tabState) => {
  expect(queryAfter(tabState === undefined ? {} : { 'graphiql:tabState': tabState })).toBeUndefined();
});
