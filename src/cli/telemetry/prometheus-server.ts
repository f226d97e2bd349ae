import type { RequestListener } from 'node:http';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import { listen } from '../http-server.ts';
import { loadPackages } from './packages.ts';

/** The path that Prometheus scrapes. */
const metricsPath = '/metrics';

/** A port that Prometheus scrapes. */
interface PrometheusServer {
  /** Reads the metrics at each scrape. */
  readonly reader: IMetricReader;
  /** The URL of the metrics. */
  readonly url: string;
}

/**
 * Opens the port that Prometheus scrapes. It closes with the process, and does not keep it running.
 *
 * @param setting - the setting that asks for it, for messages
 * @param port - `0` takes a free one
 * @throws ConfigurationError when the package is not installed, and when the port or the address cannot be used
 */
export async function startPrometheusServer(
  setting: string,
  port: number,
  host: string,
): Promise<PrometheusServer> {
  const { PrometheusExporter } = await loadPackages(
    setting,
    () => import('@opentelemetry/exporter-prometheus'),
  );
  // The exporter's own server has no timeouts for slow clients. The scope is the same for every metric.
  const exporter = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
  const listener = metricsListener((request, response) =>
    exporter.getMetricsRequestHandler(request, response),
  );
  const { server, origin } = await listen(listener, port, host, {
    port: 'MINTGATE_METRICS_PORT',
    host: 'MINTGATE_METRICS_HOST',
  });
  // This port alone does not keep the process running, such as when the gateway cannot start.
  server.unref();
  return { reader: exporter, url: origin + metricsPath };
}

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
