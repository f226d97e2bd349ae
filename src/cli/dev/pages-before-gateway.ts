import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { pathOf } from '../../http/path.ts';
import type { DevApp } from './dev-app.ts';

/** Returns a listener that sends the requests for pages to the pages, and all other requests to the gateway. */
export function pagesBeforeGateway(pages: DevApp, gateway: RequestListener): RequestListener {
  const pageListener = getRequestListener((request) => pages.fetch(request), {
    overrideGlobalObjects: false,
  });
  return (request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const isForPages = pages.handles(method, pathOf(url), headers.accept ?? '');
    return isForPages ? pageListener(request, response) : gateway(request, response);
  };
}
