/** A queue in which every key has the same turn, however many items it has. */
export interface FairQueue<T> {
  readonly size: number;
  add(key: string, item: T): void;
  /** Returns the next item without taking it out; undefined when the queue is empty. */
  peek(): T | undefined;
  /** Takes the next item out; undefined when the queue is empty. */
  next(): T | undefined;
  /** The items of a key, in their order. */
  itemsOf(key: string): readonly T[];
  /** How many items have their turn before another one of a key would. */
  aheadOf(key: string): number;
  /** Takes out every item that matches. */
  removeWhere(matches: (item: T) => boolean): T[];
}

/** Keys take turns in the order in which they came; within a key, first come, first served. */
export function createFairQueue<T>(): FairQueue<T> {
  // A Map keeps the order of insertion: a key that had its turn goes to the end.
  const byKey = new Map<string, T[]>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    add(key, item) {
      const items = byKey.get(key);
      if (items) items.push(item);
      else byKey.set(key, [item]);
      size += 1;
    },
    peek() {
      const [first] = byKey.values();
      return first?.[0];
    },
    next() {
      const [first] = byKey;
      if (first === undefined) return undefined;
      const [key, items] = first;
      const item = items.shift();
      byKey.delete(key);
      if (items.length > 0) byKey.set(key, items);
      size -= 1;
      return item;
    },
    itemsOf: (key) => byKey.get(key) ?? [],
    aheadOf(key) {
      const turn = (byKey.get(key)?.length ?? 0) + 1;
      let ahead = 0;
      for (const [other, items] of byKey)
        ahead += other === key ? items.length : Math.min(items.length, turn);
      return ahead;
    },
    removeWhere(matches) {
      const removed: T[] = [];
      for (const [key, items] of byKey) {
        removed.push(...items.filter(matches));
        const kept = items.filter((item) => !matches(item));
        if (kept.length === 0) byKey.delete(key);
        else byKey.set(key, kept);
      }
      size -= removed.length;
      return removed;
    },
  };
}
