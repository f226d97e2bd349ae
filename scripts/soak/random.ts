/** A seeded random generator: the same seed gives the same values in the same order. */
export interface Random {
  /** Returns a number from 0 to below 1. */
  fraction(): number;
  /** Returns a whole number between two limits, both included. */
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** Returns one of the names, with a probability in proportion to its weight. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name;
  /** Returns a function that returns all items in random order, repeatedly. */
  cycle<T>(items: readonly T[]): () => T;
}

/** Mulberry32 (public domain, Tommy Ettinger). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (least: number, most: number) => least + Math.floor(fraction() * (most - least + 1));
  const pick = <T>(choices: readonly T[]): T => {
    if (choices.length === 0) throw new Error('pick: the list of choices is empty');
    return choices[between(0, choices.length - 1)] as T;
  };
  return {
    fraction,
    between,
    chance: (probability) => fraction() < probability,
    pick,
    weighted<Name extends string>(weights: Readonly<Record<Name, number>>) {
      const entries = Object.entries(weights) as [Name, number][];
      let left = fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      const found = entries.find(([, weight]) => {
        left -= weight;
        return left < 0;
      });
      return (found ?? pick(entries))[0];
    },
    cycle(items) {
      let left: (typeof items)[number][] = [];
      return () => {
        if (left.length === 0) left = [...items];
        const [item] = left.splice(between(0, left.length - 1), 1);
        return item as (typeof items)[number];
      };
    },
  };
}
