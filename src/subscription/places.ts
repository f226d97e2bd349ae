/** Room for a number of things, and for fewer of one owner. */
export interface Places {
  /** Takes a place. @returns gives it back, once; undefined when there is none left */
  take(owner: string): (() => void) | undefined;
}

export interface PlacesOptions {
  /** Most places in use. */
  limit: number;
  /** Most places in use by one owner. */
  sessionLimit: number;
  /** How long a place is in use at most, in milliseconds: who was ended without a word does not give his back. */
  longest: number;
  /** Milliseconds that no change of the clock touches. */
  elapsed: () => number;
}

export function createPlaces({ limit, sessionLimit, longest, elapsed }: PlacesOptions): Places {
  const taken = new Map<string, number>();
  /** How each place is given back, and by when; the oldest first. */
  const leaves = new Map<() => void, number>();

  function leave(owner: string): void {
    const remaining = (taken.get(owner) ?? 1) - 1;
    if (remaining > 0) taken.set(owner, remaining);
    else taken.delete(owner);
  }

  function clearForgotten(): void {
    for (const [giveBack, until] of leaves) {
      if (elapsed() < until) return;
      giveBack();
    }
  }

  return {
    take(owner) {
      clearForgotten();
      const own = taken.get(owner) ?? 0;
      if (leaves.size >= limit || own >= sessionLimit) return undefined;
      taken.set(owner, own + 1);
      const giveBack = () => {
        if (leaves.delete(giveBack)) leave(owner);
      };
      leaves.set(giveBack, elapsed() + longest);
      return giveBack;
    },
  };
}
