import { expect, test } from 'vitest';
import { readText } from '../../../src/local-clerk/routes/read-text.ts';

const request = (body?: BodyInit) =>
  new Request('http://localhost/', { method: 'POST', body: body ?? null, duplex: 'half' } as RequestInit);

test('a request without a body is empty text', async () => {
  expect(await readText(request(), 0)).toBe('');
});

test('a body of exactly the limit is read', async () => {
  expect(await readText(request('abc'), 3)).toBe('abc');
});

test('a character that is split between two chunks is read as one', async () => {
  const [first, second] = [new Uint8Array([0xc3]), new Uint8Array([0xa4])];
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(first);
      controller.enqueue(second);
      controller.close();
    },
  });
  expect(await readText(request(body), 2)).toBe('ä');
});

test('a body above the limit is refused without reading the rest', async () => {
  let chunks = 0;
  const endless = new ReadableStream({
    pull(controller) {
      chunks += 1;
      controller.enqueue(new Uint8Array(1024));
    },
  });
  await expect(readText(request(endless), 4096)).rejects.toMatchObject({ name: 'ApiError', status: 413 });
  expect(chunks).toBeLessThan(20);
});
