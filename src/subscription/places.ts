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
}

export function createPlaces({ limit, sessionLimit }: PlacesOptions): Places {
  const taken = new Map<string, number>();
  let total = 0;
  return {
    take(owner) {
      const own = taken.get(owner) ?? 0;
      if (total >= limit || own >= sessionLimit) return undefined;
      total += 1;
      taken.set(owner, own + 1);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        total -= 1;
        const remaining = (taken.get(owner) ?? 1) - 1;
        if (remaining > 0) taken.set(owner, remaining);
        else taken.delete(owner);
      };
    },
  };
}
