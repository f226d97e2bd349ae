import { expect, test } from 'vitest';
import { createBudgetReading } from '../../../src/mint/limits/budget-reading.ts';
import { mintRules } from '../../../src/mint/limits/limit-rules.ts';
import { createMemoryRateLimit } from '../../../src/mint/limits/memory-rate-limit.ts';
import { useFakeTime } from '../../support/fake-time.ts';

const { pass } = useFakeTime();
const monotonicNow = () => performance.now();
const rules = mintRules({ budget: 4, userShare: 1, sessionLimit: 3 });

test('a budget is read as it was last counted, and as unused after 10 s without a mint', async () => {
  const { onTotal, read } = createBudgetReading(() => 4, monotonicNow);
  const limit = createMemoryRateLimit(() => rules, onTotal);
  expect(read()).toEqual({ used: 0, limit: 4 });
  for (const sessionId of ['a', 'b', 'c']) await limit.take({ sessionId, userId: 'u' });
  expect(read()).toEqual({ used: 3, limit: 4 });
  await pass(9);
  expect(read()).toEqual({ used: 3, limit: 4 });
  await pass(1);
  expect(read()).toEqual({ used: 0, limit: 4 });
});

test('a spent budget is read as full, and a limit of a session is not read as the budget', async () => {
  const { onTotal, read } = createBudgetReading(() => 4, monotonicNow);
  const limit = createMemoryRateLimit(() => rules, onTotal);
  for (let at = 0; at < 4; at += 1) await limit.take({ sessionId: 'a', userId: 'u' });
  expect(read()).toEqual({ used: 3, limit: 4 });
  for (const sessionId of ['b', 'c']) await limit.take({ sessionId, userId: 'u' });
  expect(read()).toEqual({ used: 4, limit: 4 });
});
