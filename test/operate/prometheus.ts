import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Series } from '../../scripts/operate/run-record.ts';
import { freePort } from '../support/redis-server.ts';

/** A running Prometheus. */
export interface Prometheus {
  /** Returns the names of the alerts that fire now. */
  firing(): Promise<string[]>;
  /** Evaluates a query every half second from one time to another, both in seconds since the epoch. */
  queryRange(query: string, from: number, to: number): Promise<Series[]>;
  close(): Promise<void>;
}

interface PrometheusOptions {
  /** The host and port of the gateway's metrics. */
  target: string;
  /** The text of the rule file. */
  rules: string;
  /** Between two scrapes, and between two evaluations, in milliseconds. */
  interval: number;
}

/** Starts a Prometheus on a free port of loopback, and waits until it scrapes. @throws Error when this machine has none: .ci/run installs it */
export async function startPrometheus({ target, rules, interval }: PrometheusOptions): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'mintgate-prometheus-'));
  const times = `scrape_interval: ${interval}ms, scrape_timeout: ${interval}ms, evaluation_interval: ${interval}ms`;
  const config = [
    `global: { ${times} }`,
    'rule_files: [rules.yml]',
    `scrape_configs: [{ job_name: mintgate, static_configs: [{ targets: ['${target}'] }] }]`,
  ];
  await writeFile(join(folder, 'prometheus.yml'), config.join('\n'));
  await writeFile(join(folder, 'rules.yml'), rules);
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let output = '';
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });
  const close = async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  // It begins some seconds after it is ready.
  for (let tries = 0; !(await isScraping(address)); tries += 1) {
    if (tries > 200 || child.exitCode !== null) {
      await close();
      throw new Error(`Prometheus did not start:\n${output}`);
    }
    await Promise.race([ended, sleep(100)]);
  }
  return {
    firing: async () => {
      const { alerts } = await get<{ alerts: Alert[] }>(address, 'alerts');
      return alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname);
    },
    queryRange: async (query, start, end) => {
      const parameters = { query, start: String(start), end: String(end), step: '500ms' };
      const { result } = await get<{ result: Matrix[] }>(address, 'query_range', parameters);
      return result.map(({ metric, values }) => ({
        labels: metric,
        samples: values.map(([time, value]) => [time, Number(value)] as const),
      }));
    },
    close,
  };
}

interface Alert {
  state: string;
  labels: { alertname: string };
}

interface Matrix {
  metric: Record<string, string>;
  values: [number, string][];
}

const isScraping = (address: string) =>
  get<{ result: unknown[] }>(address, 'query', { query: 'up == 1' }).then(
    ({ result }) => result.length > 0,
    () => false,
  );

async function get<T>(address: string, what: string, parameters: Record<string, string> = {}): Promise<T> {
  const url = `http://${address}/api/v1/${what}?${new URLSearchParams(parameters)}`;
  const answer = (await (await fetch(url)).json()) as { status: string; error?: string; data: T };
  if (answer.status !== 'success') throw new Error(`${JSON.stringify(parameters)}: ${answer.error}`);
  return answer.data;
}

/** Runs `promtool`. @returns its output. @throws Error with its output when it fails */
export async function promtool(...args: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)('promtool', args).catch((error) => {
    throw new Error(`promtool ${args.join(' ')}:\n${error.stdout ?? ''}${error.stderr ?? error.message}`);
  });
  return stdout + stderr;
}
