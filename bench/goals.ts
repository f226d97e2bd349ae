/** The goals of the scenarios. They are printed whether met or not. */
export const goals = {
  /** Of requests as `mintgate/client` sends them: the least share of the limit, and how many times less CPU time than the best peer. */
  a: { share: 1.3, times: 10 },
  b: { share: 1.0, times: 8 },
  c: { share: 0.5, times: 3 },
  /** The time of a hit with `entries` tokens, at most these times that with `from`; and bytes of an entry beside its token. */
  h: { entries: 1_000_000, from: 1_000, times: 3, bytes: 2_000 },
  /** What telemetry adds to a hit, at most: microseconds without an SDK, and the times of a hit with metrics. */
  l: { noSdk: 1, metrics: 1.08 },
} as const;

/** Returns a sentence for a goal that is a lower bound. @param what - the goal, such as `1.3 of the limit` */
export function atLeast(what: string, goal: number, reached: number): string {
  return sentence(what, reached, reached >= goal);
}

/** Returns a sentence for a goal that is an upper bound. */
export function atMost(what: string, goal: number, reached: number): string {
  return sentence(what, reached, reached <= goal);
}

function sentence(what: string, reached: number, isMet: boolean): string {
  // Three digits, so that a figure just below a goal does not look like the goal.
  const figure = reached.toFixed(Math.abs(reached) < 10 ? 3 : 0);
  return `Goal: ${what}; reached ${figure}, ${isMet ? 'met' : 'not met'}.`;
}
