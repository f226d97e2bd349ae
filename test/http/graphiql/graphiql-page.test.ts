import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { graphiqlAdditions } from '../../../src/http/graphiql/graphiql-additions.ts';
import { pageResponse, renderGraphiQLPage } from '../../../src/http/graphiql/graphiql-page.ts';

const options = { title: 'A title', defaultQuery: '{ fromHere }', bodyStart: '<p id="start"></p>' };
const page = await renderGraphiQLPage(options);
const html = gunzipSync(page.gzipped).toString();

test('the page has its title, its query and the additions at the start of its body', () => {
  expect(html).toContain('<title>A title</title>');
  expect(html).toContain('{ fromHere }');
  expect(html).toMatch(/<body[^>]*><p id="start"><\/p><style>/);
  expect(html).toContain(graphiqlAdditions);
});

test('the same page has the same ETag, another one has another', async () => {
  expect((await renderGraphiQLPage(options)).etag).toBe(page.etag);
  expect((await renderGraphiQLPage({ ...options, title: 'Another title' })).etag).not.toBe(page.etag);
});

test('a page is answered compressed, or with 304 if the browser has it', async () => {
  const first = pageResponse(page, new Headers());
  expect([first.status, first.headers.get('content-encoding')]).toEqual([200, 'gzip']);
  expect(first.headers.get('content-type')).toBe('text/html; charset=utf-8');
  for (const known of [page.etag, `"other", ${page.etag}`, `W/${page.etag}`]) {
    const second = pageResponse(page, new Headers({ 'if-none-match': known }));
    expect([second.status, await second.text()]).toEqual([304, '']);
    expect(second.headers.get('cache-control')).toBe('private, no-cache');
  }
  expect(pageResponse(page, new Headers({ 'if-none-match': '"other"' })).status).toBe(200);
});
