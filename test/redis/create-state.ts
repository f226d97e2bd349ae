import { onTestFinished } from 'vitest';
import { createConnectionPair } from '../../src/redis/connection-pair.ts';
import { type ConnectionState, createConnectionState } from '../../src/redis/connection-state.ts';
import { createProbe } from '../../src/redis/probe.ts';
import { createReporter } from '../../src/telemetry/reporter.ts';

/** Creates the state of a connection that is not open yet, and the lines that it logs; closed when the test ends. */
export function createState(url: string): { state: ConnectionState; lines: string[] } {
  const lines: string[] = [];
  const write = (fields: unknown, message?: unknown) => void lines.push(String(message ?? fields));
  const probe = createProbe('mintgate:test:');
  const pair = createConnectionPair(url, {
    onLost: () => {},
    onMessage: (channel, message) => state.channels.get(channel)?.(message),
  });
  const log = { info: write, warn: write, error: write };
  const state: ConnectionState = createConnectionState({
    ...{ pair, probe, log, reporter: createReporter(), now: Date.now },
  });
  onTestFinished(() => {
    state.phase = 'closed';
    clearTimeout(state.reconnectTimer);
    clearTimeout(state.probeTimer);
    pair.close();
  });
  return { state, lines };
}
