/** Counts requests by kind and outcome. */
export interface Tally {
  count(kind: string, outcome: string): void;
  /** @param kind - @default all @param outcome - @default all */
  total(kind?: string, outcome?: string): number;
  /** Returns the number of requests of all kinds with an outcome. */
  outcomes(outcome: string): number;
  /** Returns one line for each kind. */
  describe(): string[];
}

export function createTally(): Tally {
  const kinds = new Map<string, Map<string, number>>();
  const sum = (counts: Iterable<number>) => [...counts].reduce((all, one) => all + one, 0);
  return {
    count(kind, outcome) {
      const outcomes = kinds.get(kind) ?? new Map<string, number>();
      kinds.set(kind, outcomes);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    },
    total: (kind, outcome) =>
      sum(
        [...kinds]
          .filter(([name]) => name === (kind ?? name))
          .flatMap(([, outcomes]) => [...outcomes])
          .filter(([name]) => name === (outcome ?? name))
          .map(([, count]) => count),
      ),
    outcomes: (outcome) => sum([...kinds.values()].map((outcomes) => outcomes.get(outcome) ?? 0)),
    describe: () =>
      [...kinds].sort().map(([kind, outcomes]) => {
        const all = [...outcomes].sort(([, one], [, other]) => other - one);
        return `${kind}: ${all.map(([outcome, count]) => `${outcome} ${count}`).join(', ')}`;
      }),
  };
}
