import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { graphiqlAdditions } from '../../../src/http/graphiql/graphiql-additions.ts';

const script = /<script>(.*)<\/script>/s.exec(graphiqlAdditions)?.[1] ?? '';

/** Runs the scripts with this storage, as a browser does, and returns the query that is stored afterwards. */
function queryAfter(stored: Record<string, string>): string | undefined {
  const items = new Map(Object.entries(stored));
  const localStorage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
  runInNewContext(script, { localStorage, location: {}, fetch: async () => new Response() });
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

describe('a request without a connection', () => {
  const lost = '127.0.0.1:4000 does not answer. Is the gateway running?';

  /** Runs the scripts in a page whose requests end as `outcome` says. */
  function pageWith(note: { textContent: string } | null) {
    const page = {
      outcome: async (): Promise<Response> => new Response('{}'),
      localStorage: { getItem: () => null, setItem: () => {} },
      document: { getElementById: () => note },
      location: { host: '127.0.0.1:4000' },
      fetch: async (_url: string) => page.outcome(),
    };
    runInNewContext(script, page);
    return page;
  }

  test('is explained in words, until one has succeeded', async () => {
    const note = { textContent: '' };
    const page = pageWith(note);
    const cause = new TypeError('Failed to fetch');
    page.outcome = () => Promise.reject(cause);
    await expect(page.fetch('/graphql')).rejects.toMatchObject({ message: lost, cause });
    expect(note.textContent).toBe(lost);
    page.outcome = async () => new Response('{}');
    expect((await page.fetch('/graphql')).status).toBe(200);
    expect(note.textContent).toBe('');
  });

  test('is explained where the page has no line for messages', async () => {
    const page = pageWith(null);
    page.outcome = () => Promise.reject(new TypeError('Failed to fetch'));
    await expect(page.fetch('/graphql')).rejects.toThrow(lost);
  });

  test('leaves another message, and a request that the visitor stopped', async () => {
    const note = { textContent: 'another message' };
    const page = pageWith(note);
    await page.fetch('/graphql');
    const stopped = new DOMException('The user aborted a request.', 'AbortError');
    page.outcome = () => Promise.reject(stopped);
    await expect(page.fetch('/graphql')).rejects.toBe(stopped);
    expect(note.textContent).toBe('another message');
  });
});
