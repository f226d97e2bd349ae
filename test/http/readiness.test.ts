import { expect, test } from 'vitest';
import { createReadiness, createReadinessReading } from '../../src/http/readiness.ts';

const none = () => [];

test('a gateway is ready when no check finds a reason against it', async () => {
  expect(await createReadiness([async () => undefined], none).notReadyReasons()).toEqual([]);
});

test('each reason is returned once, in the order of the checks', async () => {
  const checks = ['key refused', undefined, 'no key set', 'key refused'].map((reason) => async () => reason);
  expect(await createReadiness(checks, none).notReadyReasons()).toEqual(['key refused', 'no key set']);
});

test('a gateway that is drained is never ready again', async () => {
  const readiness = createReadiness([async () => 'no key set'], none);
  readiness.drain();
  readiness.drain();
  expect(await readiness.notReadyReasons()).toEqual(['shutting down', 'no key set']);
});

test('warnings do not make a gateway unready', async () => {
  const readiness = createReadiness([async () => undefined], () => ['a key is refused']);
  expect([await readiness.notReadyReasons(), readiness.warnings()]).toEqual([[], ['a key is refused']]);
});

test('a reading tells at once what the checks since the reading before have found', async () => {
  let reasons: string[] = [];
  let checks = 0;
  const read = createReadinessReading({
    notReadyReasons: async () => {
      checks += 1;
      return reasons;
    },
  });
  expect([read(), read(), checks]).toEqual([undefined, undefined, 1]);
  await Promise.resolve();
  reasons = ['no key set'];
  await Promise.resolve();
  expect(read()).toBe(true);
  await new Promise(setImmediate);
  expect(read()).toBe(false);
});

test('a reading stays the last one while checks fail', async () => {
  const read = createReadinessReading({ notReadyReasons: async () => Promise.reject(new Error('a bug')) });
  read();
  await new Promise(setImmediate);
  expect(read()).toBeUndefined();
});
