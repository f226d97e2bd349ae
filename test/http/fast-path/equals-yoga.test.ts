import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { play, sequences, type Tally, type Way } from './twins/sequence.ts';
import { startTwins, type Twins } from './twins/twins.ts';

/** Each seed explores different sequences; a failed test prints its seed. */
const seed = Number(process.env.MINTGATE_TWINS_SEED ?? 20_260_517);
const numRuns = Number(process.env.MINTGATE_TWINS_RUNS ?? 100);

let twins: Twins;
beforeAll(async () => {
  twins = await startTwins();
});
afterAll(() => twins.close());

test.each<[Way, number]>([
  ['socket', numRuns],
  ['fetch', numRuns],
  ['fetch at the edge', Math.ceil(numRuns / 4)],
])(
  `X22 in any sequence of requests by %s, the fast path answers as Yoga does (seed ${seed})`,
  { timeout: 60_000 + numRuns * 200 },
  async (way, numRuns) => {
    const tally: Tally = { sequences: 0, asked: 0, fast: 0 };
    const property = fc.asyncProperty(sequences, (sequence) => play(twins, way, sequence, tally));
    await fc.assert(property, { seed, numRuns });
    if (process.env.MINTGATE_TWINS_RUNS) console.log(way, JSON.stringify(tally));
    // Otherwise the test could pass without a request that the fast path answers.
    expect(tally.asked).toBeGreaterThan(numRuns * 8);
    expect(tally.fast).toBeGreaterThan(tally.asked / 4);
  },
);
