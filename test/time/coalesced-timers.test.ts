import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { createCoalescedTimers } from '../../src/time/coalesced-timers.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { pass } = useFakeTime();

/** Timers of a process that has run for some time, which need not be a multiple of 100 ms. */
function start(uptimeMs = 0) {
  const began = performance.now();
  const ran: unknown[] = [];
  const timers = createCoalescedTimers(() => uptimeMs + performance.now() - began);
  const run = (name: string, milliseconds: number) => timers.start(() => ran.push(name), milliseconds);
  return { timers, run, ran };
}

describe('a coalesced timer', () => {
  test.each([0, 1, 99, 100, 101, 12_000])('of %d ms is never early and at most 100 ms late', async (wait) => {
    for (const uptimeMs of [0, 1, 50, 99, 100.5]) {
      const { run, ran } = start(uptimeMs);
      run('timer', wait);
      await pass(Math.max(0, wait - 1) / 1000);
      if (wait > 0) expect(ran).toEqual([]);
      await pass(0.101);
      expect(ran).toEqual(['timer']);
    }
  });

  test('shares the timer of the runtime with those that are due at about the same time', async () => {
    const { run, ran } = start();
    run('a', 1_010);
    run('b', 1_100);
    run('c', 1_050);
    run('d', 1_101);
    expect(vi.getTimerCount()).toBe(2);
    await pass(1.1);
    expect(ran).toEqual(['a', 'b', 'c']);
    await pass(0.1);
    expect(ran).toEqual(['a', 'b', 'c', 'd']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not run once it is cancelled, and the last one of a moment takes the timer of the runtime with it', async () => {
    const { run, ran } = start();
    const [a, b] = [run('a', 1_000), run('b', 1_000)];
    a.cancel();
    a.cancel();
    expect(vi.getTimerCount()).toBe(1);
    b.cancel();
    expect(vi.getTimerCount()).toBe(0);
    run('c', 1_000);
    a.cancel();
    await pass(1);
    expect(ran).toEqual(['c']);
  });

  test('can cancel and start others when it runs', async () => {
    const { timers, run, ran } = start();
    timers.start(() => {
      other.cancel();
      run('at once', 0);
      run('later', 1_000);
    }, 1_000);
    const other = run('other', 1_000);
    await pass(1);
    await pass(0.1);
    expect(ran).toEqual(['at once']);
    await pass(1);
    expect(ran).toEqual(['at once', 'later']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that throws is reported as an uncaught error, and the others run', async () => {
    const { timers, run, ran } = start();
    const uncaught: unknown[] = [];
    const queue = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((report) => {
      try {
        report();
      } catch (error) {
        uncaught.push(error);
      }
    });
    timers.start(() => {
      throw new Error('broken');
    }, 1_000);
    run('b', 1_000);
    await pass(1);
    queue.mockRestore();
    expect(ran).toEqual(['b']);
    expect(uncaught).toEqual([new Error('broken')]);
  });

  test('is not affected by a change of the wall clock', async () => {
    const { run, ran } = start();
    run('timer', 1_000);
    vi.setSystemTime(Date.now() + 3_600_000);
    await pass(0.9);
    vi.setSystemTime(Date.now() - 7_200_000);
    expect(ran).toEqual([]);
    await pass(0.1);
    expect(ran).toEqual(['timer']);
  });

  test('does not keep the process alive', () => {
    const module = new URL('../../src/time/coalesced-timers.ts', import.meta.url).href;
    const script = `import(${JSON.stringify(module)}).then(({ createCoalescedTimers }) => createCoalescedTimers().start(() => {}, 60_000))`;
    const { status, signal } = spawnSync(process.execPath, ['-e', script], { timeout: 20_000 });
    expect({ status, signal }).toEqual({ status: 0, signal: null });
  });
});

test('in every history of starts and cancellations, exactly those run that were not cancelled, each in its time', async () => {
  const step = fc.record({
    start: fc.option(fc.integer({ min: 0, max: 5_000 })),
    cancel: fc.option(fc.nat(20)),
    pass: fc.integer({ min: 0, max: 700 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.nat(99), async (steps, uptimeMs) => {
      const { timers } = start(uptimeMs);
      // The test runner may have faked timers of its own.
      const before = vi.getTimerCount();
      const all: { cancel(): void; due: number; ranAt?: number; isCancelled?: boolean }[] = [];
      for (const { start: wait, cancel, pass: milliseconds } of steps) {
        if (wait !== null) {
          const entry: (typeof all)[number] = { cancel: () => {}, due: performance.now() + wait };
          const timer = timers.start(() => {
            expect(entry.ranAt, 'runs once').toBeUndefined();
            entry.ranAt = performance.now();
          }, wait);
          entry.cancel = () => timer.cancel();
          all.push(entry);
        }
        const chosen = cancel === null ? undefined : all[cancel];
        if (chosen && chosen.ranAt === undefined) {
          chosen.cancel();
          chosen.isCancelled = true;
        }
        await pass(milliseconds / 1000);
      }
      await pass(6);
      for (const { due, ranAt, isCancelled } of all) {
        if (isCancelled) expect(ranAt).toBeUndefined();
        else expect([(ranAt ?? 0) >= due - 1, (ranAt ?? 0) <= due + 101]).toEqual([true, true]);
      }
      expect(vi.getTimerCount()).toBeLessThanOrEqual(before);
    }),
    { numRuns: 100, seed: 17 },
  );
});
