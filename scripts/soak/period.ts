/**
 * The period in which something lasted, or in which it happened at a time that is not known exactly. What may explain it is compared with
 * the whole period: a single moment would miss a cause that began a little later. Milliseconds since the epoch.
 */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** Returns the period of an exact moment. @param at - @default now */
export function instant(at: number = Date.now()): Period {
  return { from: at, to: at };
}

/** Returns a longer period. @param before - milliseconds added before it @param after - milliseconds added after it */
export function widen({ from, to }: Period, before: number, after: number): Period {
  return { from: from - before, to: to + after };
}

export function overlaps(one: Period, other: Period): boolean {
  return one.from <= other.to && one.to >= other.from;
}

/** Returns whether a period contains all of another. */
export function contains(outer: Period, inner: Period): boolean {
  return outer.from <= inner.from && outer.to >= inner.to;
}
