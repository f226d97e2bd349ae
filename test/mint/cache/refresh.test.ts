import { describe, expect, test } from 'vitest';
import { throwing } from '../../support/clerk-errors.ts';
import { startEngine } from '../../support/engine.ts';
import { useFakeTime } from '../../support/fake-time.ts';
import { ada, engineWith, lives } from '../../support/mint-windows.ts';

const { pass } = useFakeTime();

describe('the soft point', () => {
  test.each(lives)(
    'C07 at the soft point of $life s tokens the held token is returned at once, and exactly 1 mint runs in the background',
    async ({ life, soft }) => {
      const engine = engineWith(life);
      const first = await engine.ask(ada());
      await pass(soft - 0.001);
      expect((await engine.ask(ada())).jwt).toBe(first.jwt);
      expect(engine.clerk.calls).toBe(1);

      engine.clerk.latency = 200;
      await pass(0.001);
      for (let at = 0; at < 20; at += 1) expect((await engine.ask(ada())).jwt).toBe(first.jwt);
      const atOnce = await Promise.all(Array.from({ length: 20 }, () => engine.ask(ada())));
      expect(new Set(atOnce.map(({ jwt }) => jwt))).toEqual(new Set([first.jwt]));
      expect(engine.clerk.calls).toBe(2);
      expect(engine.stats()).toMatchObject({ hits: { fresh: 1, revalidated: 40, stale: 0 }, waits: 1 });

      await pass(0.2);
      const second = await engine.ask(ada());
      expect(second.jwt).not.toBe(first.jwt);
      expect(engine.clerk.calls).toBe(2);
      expect(engine.audited.filter(({ background }) => background)).toMatchObject([{ outcome: 'minted' }]);
    },
  );

  test('C07 with jitter renewal begins at the earlier soft point', async () => {
    const engine = startEngine({ jitter: 1 });
    await engine.ask(ada());
    await pass(38.9);
    await engine.ask(ada());
    expect(engine.clerk.calls).toBe(1);
    await pass(0.1);
    await engine.ask(ada());
    await pass(0);
    expect(engine.clerk.calls).toBe(2);
  });

  test('C07 a background mint that fails leaves the held token, and is repeated after 1 s', async () => {
    const engine = engineWith(60);
    const { jwt } = await engine.ask(ada());
    await pass(46);
    engine.clerk.answer = throwing(() => new Error('away'));
    for (let at = 0; at < 10; at += 1) {
      expect((await engine.ask(ada())).jwt).toBe(jwt);
      await pass(0.05);
    }
    // One attempt and its one retry.
    expect(engine.clerk.calls).toBe(3);
    await pass(1.1);
    expect((await engine.ask(ada())).jwt).toBe(jwt);
    await pass(0.2);
    expect(engine.clerk.calls).toBe(5);
  });

  test('C07 a background mint that hangs is abandoned at the deadline, and repeated 1 s later', async () => {
    const engine = engineWith(3_600);
    const { jwt } = await engine.ask(ada());
    await pass(2_700);
    const answer = engine.clerk.answer;
    engine.clerk.answer = () => new Promise(() => {});
    expect((await engine.ask(ada())).jwt).toBe(jwt);
    await pass(0);
    engine.clerk.answer = answer;
    await pass(3);
    expect([(await engine.ask(ada())).jwt, engine.clerk.calls]).toEqual([jwt, 2]);
    await pass(1);
    expect((await engine.ask(ada())).jwt).toBe(jwt);
    await pass(0);
    expect((await engine.ask(ada())).jwt).not.toBe(jwt);
    expect(engine.clerk.calls).toBe(3);
  });
});

test('C09 with lives of 60 s, 200 s and 30 s in turn the windows of each token follow its own life', async () => {
  const engine = engineWith(60, 60);
  const begins = Date.now();
  const minted: number[] = [];
  const answer = engine.clerk.answer;
  engine.clerk.answer = (call) => {
    minted.push((Date.now() - begins) / 1000);
    engine.clerk.life = [60, 200, 30, 60][call.number - 1] ?? 60;
    return answer(call);
  };
  for (let second = 0; second < 125; second += 1) {
    await engine.ask(ada());
    await pass(1);
  }
  // 0.75 of 60 s; of 60 s, the cache age of the token of 200 s; and of 30 s, rounded up to the next request.
  expect(minted.slice(0, 4)).toEqual([0, 45, 90, 113]);
});

test('C10 a background mint that returns an older token late does not replace the newer one', async () => {
  const engine = engineWith(60);
  const first = await engine.ask(ada());
  await pass(46);
  engine.clerk.latency = 10_000;
  await engine.ask(ada());
  await pass(5);
  engine.clerk.latency = 0;
  const newer = await engine.ask(ada(), { mode: 'force' });
  expect(newer.issuedAt - first.issuedAt).toBe(51);
  await pass(5);
  expect(engine.clerk.calls).toBe(3);
  expect(engine.audited.filter(({ background }) => background)).toHaveLength(1);
  expect((await engine.ask(ada())).jwt).toBe(newer.jwt);
});

test('C10 of two tokens with one iat the one whose mint began later stays', async () => {
  const engine = engineWith(60);
  engine.clerk.latency = 800;
  const older = engine.ask(ada());
  await pass(0.1);
  engine.clerk.latency = 0;
  const newer = await engine.ask(ada(), { mode: 'force' });
  await pass(0.7);
  expect((await older).issuedAt).toBe(newer.issuedAt);
  expect((await engine.ask(ada())).jwt).toBe(newer.jwt);
});
