import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, test } from 'vitest';
import { createConnectionPair } from '../../src/redis/connection-pair.ts';
import { createConnectionState, startTimer } from '../../src/redis/connection-state.ts';
import { createProbe } from '../../src/redis/probe.ts';
import { createReporter } from '../../src/telemetry/reporter.ts';

function aState() {
  const pair = createConnectionPair('redis://127.0.0.1:1', { onLost: () => {}, onMessage: () => {} });
  const probe = createProbe('mintgate:test:');
  const log = { info() {}, warn() {}, error() {} };
  return createConnectionState({ pair, probe, log, reporter: createReporter(), now: Date.now });
}

test('a new state is connecting, and listens to the channel of its probe alone', () => {
  const state = aState();
  const { probe, pair } = state;
  expect(state).toMatchObject({ phase: 'connecting', isWritable: true, failedAttempts: 0, lateCommands: 0 });
  expect([...state.channels]).toEqual([[probe.channel, probe.onMessage]]);
  expect(pair.isOpen()).toBe(false);
});

test('the work of a timer does not run in the context of the request that starts it', async () => {
  const request = new AsyncLocalStorage<string>();
  const state = aState();
  const context = await new Promise((resolve) => {
    request.run('of a caller', () => startTimer(state, () => resolve(request.getStore()), 0).ref());
  });
  expect(context).toBeUndefined();
});
