import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { graphiqlAdditions } from './graphiql-additions.ts';

/** A page that never changes while the process lives: compressed once, and known by its content. */
export interface StaticPage {
  readonly gzipped: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

export interface GraphiQLPageOptions {
  /** Title of the browser tab. */
  title: string;
  /** The query that a first visitor finds. Trusted text: it is written into a script. */
  defaultQuery: string;
  /** Whether the pane for headers is open at the first visit; else the query has all the room. @default false */
  showHeaders?: boolean;
  /** HTML placed at the start of the body, before GraphiQL's own scripts. Trusted. @default '' */
  bodyStart?: string;
}

/** Makes GraphiQL's page: one self-contained document that works without the internet. */
export async function renderGraphiQLPage(options: GraphiQLPageOptions): Promise<StaticPage> {
  // 9 MB of JavaScript: loaded only when somebody opens the page.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const { title, defaultQuery, showHeaders = false, bodyStart = '' } = options;
  const page = renderGraphiQL({
    title,
    defaultQuery,
    // Else subscriptions would be asked by GET.
    method: 'POST',
    shouldPersistHeaders: false,
    defaultEditorToolsVisibility: showHeaders ? 'headers' : false,
  });
  const html = page.trimStart().replace(/<body[^>]*>/, (body) => body + bodyStart + graphiqlAdditions);
  const gzipped = await promisify(gzip)(html);
  const etag = `"${createHash('sha256').update(html).digest('base64url').slice(0, 27)}"`;
  return { gzipped: new Uint8Array(gzipped), etag };
}

/**
 * Answers a GET with the page: compressed, revalidated by its ETag, never framed by another site.
 *
 * @param page - the page
 * @param headers - the request's headers
 */
export function pageResponse(page: StaticPage, headers: Headers): Response {
  const common = { etag: page.etag, 'cache-control': 'private, no-cache', 'x-frame-options': 'SAMEORIGIN' };
  if (headers.get('if-none-match')?.includes(page.etag))
    return new Response(null, { status: 304, headers: common });
  return new Response(page.gzipped, {
    headers: { ...common, 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'gzip' },
  });
}
