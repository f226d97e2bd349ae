import { describe, expect, test, vi } from 'vitest';
import { createAdmission } from '../../../src/mint/control/admission.ts';
import { type Budget, memoryBudget, type Take } from '../../../src/mint/control/budget.ts';
import { createFairLine } from '../../../src/mint/control/fair-line.ts';
import { useFakeTime } from '../../support/fake-time.ts';

const { pass } = useFakeTime();
const elapsed = () => performance.now();
const taken: Take = { kind: 'taken' };

/** A budget that answers in this order, and the last answer ever after. */
function scripted(...takes: Take[]): Budget & { asked: number } {
  const budget = {
    asked: 0,
    async take() {
      budget.asked += 1;
      return takes[Math.min(budget.asked, takes.length) - 1] ?? taken;
    },
  };
  return budget;
}

function line(budget: Budget, points = 4) {
  const admit = createAdmission({ budget, points, window: 10_000, elapsed });
  const answered: string[] = [];
  return {
    admit,
    answered,
    queue(party: string, patience: number) {
      void admit(party, patience).then((admission) =>
        answered.push(
          `${party} ${admission.kind}${admission.kind === 'refused' ? ` for ${admission.afterMs}` : ''}`,
        ),
      );
      return pass(0);
    },
  };
}

describe('the line before a spent budget', () => {
  test('sessions take turns in it, however many requests each has', async () => {
    const { admit, answered, queue } = line(memoryBudget(4, 10));
    for (let spent = 0; spent < 4; spent += 1) await admit('before', 0);
    await pass(9);
    for (const party of ['greedy', 'greedy', 'greedy', 'modest']) await queue(party, 2_000);
    expect(await admit('late', 2_000)).toMatchObject({ kind: 'refused' });
    await pass(1.1);
    expect(answered).toEqual(['greedy admitted', 'modest admitted', 'greedy admitted', 'greedy admitted']);
  });

  test('when other instances have spent the next window too, who cannot wait so long is told at once', async () => {
    const budget = scripted(
      { kind: 'empty', refillMs: 500 },
      // At the refill.
      { kind: 'empty', refillMs: 1_000 },
      taken,
    );
    const { answered, queue } = line(budget);
    await queue('impatient', 700);
    await queue('patient', 2_000);
    await pass(0.502);
    expect(answered).toEqual(['impatient refused for 1000']);
    await pass(1.002);
    expect(answered).toEqual(['impatient refused for 1000', 'patient admitted']);
  });

  test('a clock that is set back an hour delays nobody', async () => {
    const { answered, queue } = line(scripted({ kind: 'empty', refillMs: 1_000 }, taken));
    await queue('first', 2_000);
    vi.setSystemTime(Date.now() - 3_600_000);
    await queue('second', 2_000);
    await pass(1.002);
    expect(answered).toEqual(['first admitted', 'second admitted']);
  });

  test('it moves on when its timer is lost, as in runtimes where a timer ends with its request', async () => {
    const { answered, queue } = line(scripted({ kind: 'empty', refillMs: 1_000 }, taken));
    const lost = vi.spyOn(globalThis, 'setTimeout').mockReturnValueOnce(0 as never);
    await queue('forgotten', 1_500);
    expect(lost).toHaveBeenCalled();
    lost.mockRestore();
    await pass(1.2);
    await queue('soon', 2_000);
    expect(answered).toEqual([]);
    await pass(1);
    await queue('next', 2_000);
    expect(answered).toEqual(['forgotten refused for 0', 'soon admitted', 'next admitted']);
  });

  test('whoever does not want to wait is not in it', async () => {
    const budget = scripted({ kind: 'empty', refillMs: 1_000 });
    const { admit } = line(budget);
    expect(await admit('behind', 0)).toEqual({ kind: 'refused', afterMs: 1_000 });
    await pass(20);
    expect(budget.asked).toBe(1);
  });

  test('it is as long as what the next windows will let through', async () => {
    const { admit, queue } = line(scripted({ kind: 'empty', refillMs: 1_000 }), 2);
    await queue('a', 1_500);
    await queue('b', 1_500);
    // Two go with the next window, the third with the one after it.
    expect(await admit('c', 1_500)).toEqual({ kind: 'refused', afterMs: 11_000 });
  });
});

test('a fair line takes out who does not fit, and counts', () => {
  const fair = createFairLine<number>();
  for (const [party, item] of [
    ['a', 1],
    ['a', 2],
    ['b', 3],
  ] as const)
    fair.add(party, item);
  expect(fair.sift((item) => item !== 1)).toEqual([1]);
  expect([fair.size, fair.next(), fair.next(), fair.next(), fair.size]).toEqual([2, 2, 3, undefined, 0]);
  fair.add('c', 4);
  expect([fair.sift(() => false), fair.size, fair.next()]).toEqual([[4], 0, undefined]);
});
