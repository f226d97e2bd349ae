import { expect, onTestFinished, test, vi } from 'vitest';
import { parseOptions, type Settings } from '../../src/config/parse-options.ts';
import { createReload } from '../../src/gateway/reload.ts';
import type { GatewayOptions } from '../../src/index.ts';
import { useGateways, workingOptions } from '../support/gateway.ts';

const world = useGateways();

function start() {
  const options = workingOptions(world.clerk);
  const applied: Settings[] = [];
  const counts = { applied: 0, refused: 0 };
  let present = parseOptions(options);
  const reload = createReload({
    present: () => present,
    apply(settings) {
      applied.push(settings);
      present = settings;
    },
    counts,
    isDisposed: () => false,
  });
  return { options, applied, counts, reload };
}

test('applies complete settings, and returns the changed options that need a restart', async () => {
  const { options, applied, counts, reload } = start();
  expect(await reload({ ...options, deadline: 1_000, cacheSize: 7 })).toEqual(['cacheSize']);
  expect(applied).toMatchObject([{ deadline: 1_000, cacheSize: 50_000 }]);
  expect(counts).toEqual({ applied: 1, refused: 0 });
});

test('refuses wrong options and failed reads, and applies nothing', async () => {
  const { options, applied, counts, reload } = start();
  await expect(reload({ ...options, deadline: 1 })).rejects.toThrow(/^createGateway: deadline: expected/);
  const failed = new Error('no such file');
  await expect(reload(() => Promise.reject(failed))).rejects.toBe(failed);
  expect([applied, counts]).toEqual([[], { applied: 0, refused: 2 }]);
  // The next one is not affected.
  await reload(options);
  expect(counts).toEqual({ applied: 1, refused: 2 });
});

test('a gateway that has been disposed meanwhile is not reloaded', async () => {
  const gateway = world.start();
  const gate = Promise.withResolvers<GatewayOptions>();
  const reloading = gateway.reload(() => gate.promise);
  await gateway.dispose();
  gate.resolve(workingOptions(world.clerk));
  await expect(reloading).rejects.toThrow('the gateway has been disposed: it cannot be reloaded');
  expect(gateway.stats().reloads).toEqual({ applied: 0, refused: 1 });
});

test('a function that does not answer is given up after a minute, and later reloads work', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { options, counts, reload } = start();
  const hanging = reload(() => new Promise(() => {}));
  const later = reload(options);
  const refused = expect(hanging).rejects.toThrow(/the options were not read within 60 s/);
  await vi.advanceTimersByTimeAsync(60_000);
  await refused;
  await later;
  expect(counts).toEqual({ applied: 1, refused: 1 });
});

test('runs reloads one after the other, each of which reads its options when its turn comes', async () => {
  const { options, applied, reload } = start();
  const events: string[] = [];
  const read =
    (name: string, deadline: number, wait: Promise<unknown>) => async (): Promise<GatewayOptions> => {
      events.push(`${name} reads`);
      await wait;
      events.push(`${name} has read`);
      return { ...options, deadline };
    };
  const gate = Promise.withResolvers<void>();
  const both = [reload(read('first', 1_000, gate.promise)), reload(read('second', 2_000, Promise.resolve()))];
  await Promise.resolve();
  gate.resolve();
  await Promise.all(both);
  expect(events).toEqual(['first reads', 'first has read', 'second reads', 'second has read']);
  expect(applied.map(({ deadline }) => deadline)).toEqual([1_000, 2_000]);
});
