import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { graphiqlAdditions } from '../../../src/http/graphiql/graphiql-additions.ts';

test('the scripts run as text, without anything of this program', async () => {
  const [, script = ''] = /<script>(.*)<\/script>/s.exec(graphiqlAdditions) ?? [];
  const stored = new Map([['graphiql:tabState', '{"tabs":[{"query":"{ a }"}],"activeTabIndex":0}']]);
  const note = { textContent: '' };
  const page = {
    localStorage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
    },
    document: { getElementById: () => note },
    location: { host: 'localhost:4000' },
    fetch: () => Promise.reject(new TypeError('Failed to fetch')),
  };
  runInNewContext(script, page);
  expect(stored.get('graphiql:query')).toBe('{ a }');
  await expect(page.fetch()).rejects.toThrow('Is the gateway running?');
  expect(note.textContent).toBe('localhost:4000 does not answer. Is the gateway running?');
});
