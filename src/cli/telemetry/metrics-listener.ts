import type { RequestListener } from 'node:http';

/** The path that Prometheus scrapes. */
export const metricsPath = '/metrics';

/** Returns a listener that answers `GET /metrics`, and nothing else. @param answer - writes the metrics */
export function metricsListener(answer: RequestListener): RequestListener {
  return (request, response) => {
    const [path] = (request.url ?? '').split('?');
    if (path !== metricsPath) {
      response.writeHead(404).end();
      return;
    }
    if (request.method !== 'GET') {
      response.writeHead(405, { allow: 'GET' }).end();
      return;
    }
    response.setHeader('cache-control', 'no-store');
    answer(request, response);
  };
}
