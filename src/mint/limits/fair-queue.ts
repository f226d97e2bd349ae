/** A queue in which keys take turns, however many items each has; within a key, first in, first out. */
export interface FairQueue<T> {
  readonly size: number;
  add(key: string, item: T): void;
  /** Returns the next item and leaves it in the queue; `undefined` when the queue is empty. */
  peek(): T | undefined;
  /** Removes and returns the next item; `undefined` when the queue is empty. */
  next(): T | undefined;
  /** Returns the items of a key, in their order. */
  itemsOf(key: string): readonly T[];
  /** Returns how many items would come before one that is added for a key now. */
  countBefore(key: string): number;
  /** Removes and returns every item that matches. */
  removeWhere(matches: (item: T) => boolean): T[];
}

/** Creates an empty queue, in which keys take turns in the order of their first items */
export function createFairQueue<T>(): FairQueue<T> {
  // A Map keeps the order of insertion: a key goes to the end after its turn.
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
    countBefore(key) {
      const turn = (byKey.get(key)?.length ?? 0) + 1;
      let count = 0;
      for (const [other, items] of byKey)
        count += other === key ? items.length : Math.min(items.length, turn);
      return count;
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
