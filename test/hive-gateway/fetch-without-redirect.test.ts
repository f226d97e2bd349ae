import { expect, test } from 'vitest';
import { fetchWithoutRedirect } from '../../src/hive-gateway/fetch-without-redirect.ts';

test('returns a response that is no redirect, asked for without following one', async () => {
  const response = new Response('done', { status: 404 });
  const asked: string[] = [];
  const returned = fetchWithoutRedirect((redirect) => {
    asked.push(redirect);
    return response;
  });
  expect(await returned).toBe(response);
  expect(asked).toEqual(['manual']);
});

test.each([301, 302, 303, 307, 308])('H08 refuses a redirect: %i', async (status) => {
  let cancelled = 0;
  const body = new ReadableStream({
    cancel: () => {
      cancelled += 1;
    },
  });
  const response = new Response(body, { status, headers: { location: 'http://127.0.0.1:9/secret' } });
  await expect(fetchWithoutRedirect(() => response)).rejects.toThrow(
    'The server answered with a redirect. It is not followed, because the request carries credentials or a token: configure the final address.',
  );
  expect(cancelled).toBe(1);
});

test('refuses a redirect whose status a browser hides, and one without a readable body', async () => {
  const answers = [{ status: 0, type: 'opaqueredirect', body: null }, { status: 302 }];
  for (const answer of answers)
    await expect(fetchWithoutRedirect(() => answer)).rejects.toThrow('The server answered with a redirect.');
});

test('throws the error that the caller creates', async () => {
  const refusing = fetchWithoutRedirect(
    () => ({ status: 302 }),
    (message) => new RangeError(message),
  );
  await expect(refusing).rejects.toThrow(RangeError);
});
