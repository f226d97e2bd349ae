import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { graphiqlAdditions } from '../../../src/http/graphiql/graphiql-additions.ts';
import { pageResponse, renderGraphiQLPage } from '../../../src/http/graphiql/graphiql-page.ts';
import { logoUrl } from '../../../src/http/graphiql/logo.ts';

const options = {
  title: 'A title',
  defaultQuery: '{ fromHere }',
  bar: { hint: 'the hint' },
  script: 'start();',
};
const page = await renderGraphiQLPage(options);
const html = gunzipSync(page.gzipped).toString();

test('the page has its title, its query and the additions at the start of its body', () => {
  expect(html).toContain('<title>A title</title>');
  expect(html).toContain('{ fromHere }');
  expect(html).toMatch(/<body[^>]*><header id="mintgate-bar">/);
  expect(html).toContain('the hint');
  expect(html).toContain(`${graphiqlAdditions}<script>start();</script>`);
});

test('the page has the width of its device, and the icon of the product', () => {
  expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1"></head>');
  expect(html).toContain(`<link rel="icon" href="${logoUrl}" />`);
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
