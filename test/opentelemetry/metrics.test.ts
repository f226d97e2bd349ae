import { expect, test } from 'vitest';
import { openTelemetry } from '../../src/opentelemetry.ts';
import { createReporter } from '../../src/telemetry/reporter.ts';
import { aCaller, startEngine } from '../support/engine.ts';
import { useFakeTime } from '../support/fake-time.ts';
import { seriesOf, startMetrics } from '../support/metrics.ts';

const { pass, during } = useFakeTime();

/** Starts an engine whose metrics the SDK records. */
function start(limits: Parameters<typeof startEngine>[0] = {}) {
  const { meterProvider, collect } = startMetrics();
  const telemetry = openTelemetry({ meterProvider });
  telemetry.observe('gateway-1', () => {
    throw new Error('not observed by this test');
  })();
  const engine = startEngine({ ...limits, reporter: createReporter({ telemetry }) });
  const read = async (name: string) => seriesOf(await collect(), name);
  return { ...engine, read };
}

test('a mint records its outcome, the time until its token expires, and the age of the token that it replaces', async () => {
  const { ask, read } = start();
  await ask(aCaller());
  await pass(20);
  await ask(aCaller(), { mode: 'force' });
  const attributes = { 'mintgate.template': 'hasura' };
  expect(await read('mintgate.mints')).toMatchObject([
    { value: 2, attributes: { ...attributes, 'mintgate.mint.outcome': 'minted' } },
  ]);
  expect(await read('mintgate.token.time_left')).toMatchObject([{ count: 2, value: 120, attributes }]);
  expect(await read('mintgate.token.age')).toMatchObject([{ count: 1, value: 20, attributes }]);
});

test('a mint that a limit refuses is recorded by its reason, and is no call to Clerk', async () => {
  const { ask, read } = start({ sessionMintLimit: 1 });
  await ask(aCaller());
  await ask(aCaller(), { template: 'nhost' }).catch(() => {});
  const outcomes = (await read('mintgate.mints')).map(
    ({ attributes }) => attributes['mintgate.mint.outcome'],
  );
  expect(outcomes).toEqual(['minted', 'session-limit']);
  expect(await read('http.client.request.duration')).toMatchObject([{ count: 1 }]);
});

test('each call to Clerk is recorded, the retry too, with the reason of its failure', async () => {
  const { ask, clerk, read } = start();
  clerk.answer = ({ number }) => {
    if (number === 1) throw new TypeError('fetch failed');
    return new Promise(() => {});
  };
  await during(4, ask(aCaller())).catch(() => {});
  const errors = (await read('http.client.request.duration')).map(({ attributes, count }) => [
    attributes['error.type'],
    count,
  ]);
  expect(errors).toEqual([
    ['unavailable', 1],
    ['deadline', 1],
  ]);
});

test('a mint that waits for the budget records how long', async () => {
  const { ask, read } = start({ mintBudget: 1, mintBudgetShare: 1, userMintShare: 1 });
  await ask(aCaller());
  await pass(9);
  const waiting = ask(aCaller({ sid: 'sess_grace', sub: 'user_grace' }));
  await during(1.5, waiting);
  const [wait] = await read('mintgate.mint_queue.wait');
  expect(wait).toMatchObject({ count: 1, attributes: {} });
  expect(wait?.value).toBeGreaterThan(0.9);
  expect(wait?.value).toBeLessThan(1.5);
});

test('names of templates that callers choose become one series', async () => {
  const { ask, read } = start({ templates: '*' });
  for (let at = 0; at < 50; at += 1) await ask(aCaller({ sid: `sess_ada-${at}` }), { template: `t${at}` });
  expect(await read('mintgate.mints')).toMatchObject([
    { value: 50, attributes: { 'mintgate.template': 'other' } },
  ]);
});
