/** Keys in order, at least one: the newest first. */
export type KeyList<Key> = readonly [newest: Key, ...older: Key[]];

/**
 * Creates a function that returns the keys derived from a list of secrets, which may be replaced at any time. As long as the secrets are the
 * same, so is the returned list; and the key of a secret that stays in the list stays the same object.
 *
 * @param secrets - returns the present secrets
 * @param derive - derives the key of one secret
 */
export function createKeyRing<Key>(
  secrets: () => KeyList<string>,
  derive: (secret: string) => Key,
): () => KeyList<Key> {
  let from: readonly string[] = [];
  let keys: readonly Key[] = [];
  return () => {
    const present = secrets();
    if (present !== from) {
      if (!areEqual(present, from)) {
        keys = present.map((secret) => {
          const index = from.indexOf(secret);
          return index < 0 ? derive(secret) : (keys[index] as Key);
        });
      }
      from = present;
    }
    return keys as KeyList<Key>;
  };
}

function areEqual(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((secret, index) => secret === other[index]);
}
