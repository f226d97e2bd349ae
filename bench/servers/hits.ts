// Hits without HTTP: several gateways in one process answer the same request by the fast path, in turns. So small differences can be measured.
import { composeGateway } from '../../src/create-gateway.ts';
import { createLogger } from '../../src/logging/node-logger.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { monotonicNow } from '../../src/time/monotonic-now.ts';
import { plainRequest } from '../load/requests.ts';
import { answerMeasurer, type ClerkSettings, settings } from './answer.ts';
import { startTelemetry, type TelemetrySettings } from './telemetry.ts';

/** Hits of a turn, and turns of each gateway: those to warm up, and those that are measured. */
const [hits, warmTurns, turns] = [2_000, 30, 120];

const { body: text, headers } = plainRequest('long');
const log = createLogger({ level: 'silent' });

/** Starts a gateway that knows the request. @returns a function that answers it once */
async function start(authorization: string, signals: TelemetrySettings | undefined) {
  const observed = signals && (await startTelemetry(signals));
  const { gateway, present } = composeGateway(
    {
      ...settings<ClerkSettings>(),
      ...{ authorizedParties: 'any', templates: { long: { lifetime: 600, maxCacheAge: 300 } }, logger: log },
      ...(observed && { telemetry: observed.telemetry }),
    },
    nodeRuntime,
  );
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

const handlers = answerMeasurer('', { measure });

export type HitsServer = typeof handlers;
