import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Command, command, type Setup, setup } from './model/commands.ts';
import { knownHistories } from './model/known-histories.ts';
import { createRun } from './model/run.ts';

/** Each seed explores different histories; a failed test prints its seed. */
const seed = Number(process.env.MINTGATE_MODEL_SEED ?? 20_260_404);
const numRuns = Number(process.env.MINTGATE_MODEL_RUNS ?? 100);
const start = Date.UTC(2026, 0, 1);

const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);

beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(() => {
  vi.useRealTimers();
  process.off('unhandledRejection', note);
});

async function run(how: Setup, commands: readonly Command[]): Promise<void> {
  vi.useRealTimers();
  vi.useFakeTimers({ now: start });
  const history = createRun(how);
  for (const one of commands) {
    await history.play(one);
    if (history.broken.length > 0) break;
  }
  if (history.broken.length === 0) await history.recover();
  expect([...history.broken, ...unhandled.splice(0)]).toEqual([]);
}

for (const [what, commands, differences] of knownHistories) {
  test(`no caller gets a wrong token when ${what}`, async () => {
    await run({ jitter: 0, mintBudget: 100_000, fingerprintIgnore: [], ...differences }, commands);
  });
}

test(`in any history no caller gets a wrong token, and every request gets an answer (seed ${seed})`, async () => {
  const commands = fc.array(command, { minLength: 1, maxLength: 60, size: 'max' });
  await fc.assert(fc.asyncProperty(setup, commands, run), { seed, numRuns });
});
