import { describe, expect, test } from 'vitest';
import { explainLostConnection } from '../../../src/http/graphiql/explain-lost-connection.ts';

describe('a request without a connection', () => {
  const lost = '127.0.0.1:4000 does not answer. Is the gateway running?';

  /** Runs the script in a page whose requests end as `outcome` says. */
  function pageWith(note: { textContent: string } | null) {
    const page = {
      outcome: async (): Promise<Response> => new Response('{}'),
      document: { getElementById: () => note },
      location: { host: '127.0.0.1:4000' },
      fetch: async (_input: string | URL | Request) => page.outcome(),
    };
    explainLostConnection(page);
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
