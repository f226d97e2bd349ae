// Several gateways in one process answer the same request by the fast path, in turns, without HTTP and over HTTP: between processes, equal
// servers differ by more than what is measured.
import { createServer } from 'node:http';
import { composeGateway } from '../../src/create-gateway.ts';
import { createGateway } from '../../src/index.ts';
import { createLogger } from '../../src/logging/node-logger.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { monotonicNow } from '../../src/time/monotonic-now.ts';
import { origin } from '../load/origin.ts';
import { plainRequest } from '../load/requests.ts';
import { answerMeasurer, type ClerkSettings, settings } from './answer.ts';
import { listen } from './listen.ts';
import { startTelemetry, type TelemetrySettings } from './telemetry.ts';

/** Hits of a turn, and turns of each gateway: those to warm up, and those that are measured. */
const [hits, warmTurns, turns] = [2_000, 30, 120];

const { body: text, headers } = plainRequest('long');
const log = createLogger({ level: 'silent' });

/** The options that all gateways share. */
const shared = {
  ...settings<ClerkSettings>(),
  ...{ authorizedParties: 'any' as const, corsOrigins: [origin], logger: log },
  templates: { bench: {}, long: { lifetime: 600, maxCacheAge: 300 } },
};

/** Starts a gateway that knows the request. @returns a function that answers it once */
async function start(authorization: string, signals: TelemetrySettings | undefined) {
  const observed = signals && (await startTelemetry(signals));
  const options = { ...shared, ...(observed && { telemetry: observed.telemetry }) };
  const { gateway, present } = composeGateway(options, nodeRuntime);
  const all: Record<string, string> = { ...headers, authorization };
  const request = () => new Request('http://127.0.0.1/graphql', { method: 'POST', headers: all, body: text });
  for (let at = 0; at < 3; at += 1) await gateway.fetch(request());
  const { fastPath } = present();
  const head = { authorization, accept: all.accept ?? '', origin: '', scheme: 'http', text } as const;
  return () => {
    const answer = fastPath?.answer(
      { ...head, startedAt: monotonicNow(), waitUntil: undefined },
      (name) => all[name],
    );
    if (answer === undefined) throw new Error('expected a hit of the fast path');
  };
}

/** Measures gateways with these signals. @returns the CPU time per hit of each turn, in microseconds, for each gateway */
async function measure(authorization: string, kinds: (TelemetrySettings | null)[]): Promise<number[][]> {
  const subjects: { once: () => void; cpu: number[] }[] = [];
  for (const signals of kinds)
    subjects.push({ once: await start(authorization, signals ?? undefined), cpu: [] });
  for (let turn = 0; turn < warmTurns + turns; turn += 1) {
    for (const { once, cpu } of turn % 2 === 0 ? subjects : subjects.toReversed()) {
      const before = process.cpuUsage();
      for (let at = 0; at < hits; at += 1) once();
      const { user, system } = process.cpuUsage(before);
      if (turn >= warmTurns) cpu.push((user + system) / hits);
    }
    await new Promise(setImmediate);
  }
  return subjects.map(({ cpu }) => cpu);
}

/** Starts gateways that listen. @returns the URLs of each gateway and of its metrics */
async function listenAll(
  kinds: (TelemetrySettings | null)[],
): Promise<{ url: string; metricsUrl?: string }[]> {
  return Promise.all(
    kinds.map(async (signals) => {
      const observed = signals ? await startTelemetry(signals) : undefined;
      const gateway = createGateway({ ...shared, ...(observed && { telemetry: observed.telemetry }) });
      const url = `${await listen(createServer(gateway))}/graphql`;
      return { url, ...(observed?.metricsUrl && { metricsUrl: observed.metricsUrl }) };
    }),
  );
}

const handlers = answerMeasurer('', { measure, listenAll });

export type HitsServer = typeof handlers;
