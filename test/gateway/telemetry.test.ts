import { expect, test } from 'vitest';
import { openTelemetry } from '../../src/opentelemetry.ts';
import type { Readings } from '../../src/telemetry/readings.ts';
import { useGateways, workingOptions } from '../support/gateway.ts';

const world = useGateways();

/** Telemetry that hands out what it reads of each gateway. */
function startTelemetry() {
  const gateways = new Map<string, () => Readings>();
  const telemetry = {
    ...openTelemetry(),
    observe(gateway: string, read: () => Readings) {
      gateways.set(gateway, read);
      return () => void gateways.delete(gateway);
    },
  };
  return { telemetry, gateways, only: () => [...gateways.values()][0]?.() };
}

test('the telemetry reads the state of a gateway until it is disposed, across reloads', async () => {
  const { telemetry, gateways, only } = startTelemetry();
  const options = workingOptions(world.clerk);
  const gateway = world.start({ telemetry });
  const ask = () => gateway.ask('{ sessionToken(template: "hasura") { jwt } }', { session: 'sess_ada' });
  await ask();
  await gateway.reload({ ...options, telemetry });
  await expect(gateway.reload({ ...options, telemetry, deadline: 1 })).rejects.toThrow(/deadline/);
  await ask();
  expect(only()).toMatchObject({
    reloads: { applied: 1, refused: 1 },
    lookups: { miss: 1, fresh: 1 },
    requests: { fast: 0, yoga: 2 },
    tokensHeld: 1,
    isSecretKeyAccepted: true,
    isRedisConnected: undefined,
  });
  await gateway.dispose();
  expect(gateways.size).toBe(0);
});

test('each gateway of a process has another id', () => {
  const { telemetry, gateways } = startTelemetry();
  world.start({ telemetry });
  world.start({ telemetry });
  expect([...gateways.keys()]).toEqual([
    expect.stringMatching(/^gateway-\d+$/),
    expect.stringMatching(/^gateway-\d+$/),
  ]);
  expect(new Set(gateways.keys()).size).toBe(2);
});
