/** A line in which every party has the same turn, however many it sends. */
export interface FairLine<T> {
  readonly size: number;
  add(party: string, item: T): void;
  /** Takes out the next one; undefined when nobody is left. */
  next(): T | undefined;
  /** Takes out everyone who does not fit. */
  sift(fits: (item: T) => boolean): T[];
}

/** Parties take turns in the order in which they came; within a party, first come, first served. */
export function createFairLine<T>(): FairLine<T> {
  // A Map keeps the order of insertion: a party that had its turn goes to the end.
  const parties = new Map<string, T[]>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    add(party, item) {
      const items = parties.get(party);
      if (items) items.push(item);
      else parties.set(party, [item]);
      size += 1;
    },
    next() {
      const first = parties.entries().next();
      if (first.done) return undefined;
      const [party, items] = first.value;
      const item = items.shift();
      parties.delete(party);
      if (items.length > 0) parties.set(party, items);
      size -= 1;
      return item;
    },
    sift(fits) {
      const out: T[] = [];
      for (const [party, items] of parties) {
        const kept = items.filter(fits);
        out.push(...items.filter((item) => !kept.includes(item)));
        if (kept.length === 0) parties.delete(party);
        else parties.set(party, kept);
      }
      size -= out.length;
      return out;
    },
  };
}
