import { expect, test } from 'vitest';
import { createConnectionPair } from '../../src/redis/connection-pair.ts';
import { createConnectionState } from '../../src/redis/connection-state.ts';
import { createProbe } from '../../src/redis/probe.ts';
import { createReporter } from '../../src/telemetry/reporter.ts';

test('a new state is connecting, and listens to the channel of its probe alone', () => {
  const pair = createConnectionPair('redis://127.0.0.1:1', { onLost: () => {}, onMessage: () => {} });
  const probe = createProbe('mintgate:test:');
  const log = { info() {}, warn() {}, error() {} };
  const state = createConnectionState({ pair, probe, log, reporter: createReporter(), now: Date.now });
  expect(state).toMatchObject({ phase: 'connecting', isWritable: true, failedAttempts: 0, lateCommands: 0 });
  expect([...state.channels]).toEqual([[probe.channel, probe.onMessage]]);
  expect(pair.isOpen()).toBe(false);
});
