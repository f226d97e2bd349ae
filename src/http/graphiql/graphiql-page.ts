import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { graphiqlAdditions } from './graphiql-additions.ts';
import { type GraphiQLBarOptions, graphiqlBar } from './graphiql-bar.ts';
import { logoUrl } from './logo.ts';

/** A page that does not change while the process runs: compressed once, and identified by a hash of its content. */
export interface StaticPage {
  readonly gzipped: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

export interface GraphiQLPageOptions {
  /** Title of the browser tab. */
  title: string;
  /** The query that is shown at the first visit. Trusted text: it is written into a script. */
  defaultQuery: string;
  /** Whether the pane for headers is open at the first visit. @default false */
  showHeaders?: boolean;
  /** The bar above GraphiQL. */
  bar: GraphiQLBarOptions;
  /** A script that runs before GraphiQL's own. Trusted. @default '' */
  script?: string;
}

/** Renders GraphiQL's page as one document that needs nothing from the internet. */
export async function renderGraphiQLPage(options: GraphiQLPageOptions): Promise<StaticPage> {
  // 9 MB of JavaScript: loaded at the first visit only.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const { title, defaultQuery, showHeaders = false, bar, script = '' } = options;
  const page = renderGraphiQL({
    title,
    favicon: logoUrl,
    defaultQuery,
    // By default, subscriptions use GET.
    method: 'POST',
    shouldPersistHeaders: false,
    defaultEditorToolsVisibility: showHeaders ? 'headers' : false,
  });
  const additions = `${graphiqlBar(bar)}${graphiqlAdditions}<script>${script}</script>`;
  const viewport = '<meta name="viewport" content="width=device-width, initial-scale=1">';
  const html = page
    .trimStart()
    .replace('</head>', (end) => viewport + end)
    .replace(/<body[^>]*>/, (body) => body + additions);
  const gzipped = await promisify(gzip)(html);
  const etag = `"${createHash('sha256').update(html).digest('base64url').slice(0, 27)}"`;
  return { gzipped: new Uint8Array(gzipped), etag };
}

/**
 * Returns the response to a GET of a page: compressed, revalidated by its ETag, never framed by another site.
 *
 * @param page - the page
 * @param headers - the headers of the request
 */
export function pageResponse(page: StaticPage, headers: Headers): Response {
  const common = { etag: page.etag, 'cache-control': 'private, no-cache', 'x-frame-options': 'SAMEORIGIN' };
  if (headers.get('if-none-match')?.includes(page.etag))
    return new Response(null, { status: 304, headers: common });
  return new Response(page.gzipped, {
    headers: { ...common, 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'gzip' },
  });
}
