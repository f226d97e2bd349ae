import { expect, test } from 'vitest';
import { createReadiness } from '../../src/http/readiness.ts';

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
