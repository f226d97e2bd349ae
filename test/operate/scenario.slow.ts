import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rows } from '../../scripts/operate/panels.ts';
import { type Fault, type RunRecord, recordedQueries, recordFile } from '../../scripts/operate/run-record.ts';
import { type AlertWatch, nowSeconds, watchAlerts } from './alert-watch.ts';
import { fasterRules, scrapeInterval, speed } from './faster-rules.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';
import { startWorld, type World } from './world.ts';

const rulesFile = new URL('../../deploy/prometheus/mintgate.rules.yml', import.meta.url);

const cleanUps: (() => void | Promise<void>)[] = [];
let world: World;
let prometheus: Prometheus;
let watch: AlertWatch;
const began = nowSeconds();
const faults: Fault[] = [];

beforeAll(async () => {
  world = await startWorld((cleanUp) => void cleanUps.push(cleanUp));
  prometheus = await startPrometheus({
    target: world.metrics,
    rules: fasterRules(await readFile(rulesFile, 'utf8'), speed),
    interval: scrapeInterval / speed,
  });
  cleanUps.push(prometheus.close);
  watch = watchAlerts(prometheus);
  cleanUps.push(watch.stop);
});
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

/**
 * Causes a fault until its alerts fire, and waits until they are clear.
 *
 * @param begin - returns a function that ends the fault, unless it ends by itself
 */
async function cause(name: string, alerts: readonly string[], begin: () => unknown): Promise<void> {
  const from = nowSeconds();
  const end = await begin();
  const fault = { name, from, to: nowSeconds() };
  faults.push(fault);
  await watch.untilFiring(...alerts);
  if (typeof end === 'function') {
    fault.to = nowSeconds();
    await end();
  }
  await watch.untilClear(...alerts);
}

describe('a Prometheus that watches mintgate serve', () => {
  test('raises no alert while all is well', async () => {
    await sleep(2_500);
    expect(await world.revoke(0, 0)).toEqual(['UNAUTHENTICATED']);
    await sleep(2_500);
    expect(watch.fired).toEqual([]);
    expect([...world.outcomes.keys()]).toEqual(['OK']);
  });

  test('raises alerts while Clerk is down, until it is back; callers notice nothing', async () => {
    await cause(
      'Clerk answers 503',
      ['MintgateCircuitBreakerOpen', 'MintgateStaleTokensServed', 'MintgateNoMintSucceeds'],
      world.breakClerk,
    );
    expect([...world.outcomes.keys()]).toEqual(['OK']);
  });

  test('raises an alert while Redis is killed, until it is back; callers notice nothing', async () => {
    await cause('Redis is killed', ['MintgateRedisAway'], async () => {
      await world.redis.kill();
      return world.redis.restart;
    });
    expect([...world.outcomes.keys()]).toEqual(['OK']);
  });

  test('raises an alert for a revocation that arrives late', async () => {
    await cause('A webhook is 30 s late', ['MintgateRevocationSlow'], async () => {
      expect(await world.revoke(1, 30)).toEqual(['UNAUTHENTICATED']);
    });
  });

  test('raises an alert while the mint budget is nearly spent', async () => {
    await cause('42 new users at once', ['MintgateMintBudgetNearlySpent'], async () => {
      await world.burst();
    });
  });

  test('raises alerts while Clerk refuses the secret key', async () => {
    await cause(
      'Clerk refuses the secret key',
      ['MintgateSecretKeyRefused', 'MintgateNotReady'],
      world.refuseSecretKey,
    );
  });

  test('has a series for every query of the dashboard', async () => {
    const queries = Object.values(rows)
      .flat()
      .flatMap(({ title, queries }) => Object.values(queries).map((query) => ({ title, query })));
    const empty: string[] = [];
    for (const { title, query } of queries) {
      const text = query.replaceAll('$instance', '.+').replaceAll('$__rate_interval', '4s');
      const series = await prometheus.queryRange(text, began, nowSeconds());
      const values = series.flatMap(({ samples }) => samples).filter(([, value]) => Number.isFinite(value));
      if (values.length === 0) empty.push(`${title}: ${query}`);
    }
    expect(empty).toEqual([]);
  });

  test('has raised every alert, within 60 s of waits in all', async () => {
    const rules = await readFile(rulesFile, 'utf8');
    const names = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);
    await watch.untilClear(...names);
    // The end of the last alert is part of the picture.
    await sleep(1_000);
    await record();
    const table = faults.flatMap((fault, at) => {
      const next = faults[at + 1]?.from ?? Number.POSITIVE_INFINITY;
      const alerts = watch.fired.filter(({ from }) => from >= fault.from && from < next);
      return alerts.map(({ alert, from, to }) => ({
        fault: fault.name,
        alert,
        'fires after s': seconds(from - fault.from),
        'clear after s': seconds(to - fault.to),
      }));
    });
    console.table(table);
    console.log(`waited for alerts: ${seconds(watch.waited / 1000)} s`);
    const raised = new Set(table.map(({ alert }) => alert));
    expect(names.filter((name) => !raised.has(name))).toEqual(notCaused);
  });
});

/** Alerts that this scenario does not raise. */
const notCaused = ['MintgateConfigReloadRefused'];

const seconds = (value: number) => Number(value.toFixed(1));

/** Writes what scripts/operate/draw-run.ts draws. */
async function record(): Promise<void> {
  const to = nowSeconds();
  const from = Math.min(...faults.map((fault) => fault.from)) - 5;
  const series = Object.entries(recordedQueries).map(
    async ([name, query]) => [name, await prometheus.queryRange(query, from, to)] as const,
  );
  const run: RunRecord = {
    ...{ from, to, faults, alerts: watch.fired },
    series: Object.fromEntries(await Promise.all(series)),
  };
  await mkdir(new URL('.', recordFile), { recursive: true });
  await writeFile(recordFile, JSON.stringify(run));
}
