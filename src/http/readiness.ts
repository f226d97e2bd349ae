/** Whether a gateway can mint tokens now, for `/ready`. */
export interface Readiness {
  /** Makes the gateway not ready from now on. */
  drain(): void;
  /** Returns the reasons why the gateway is not ready; an empty list when it is ready. */
  notReadyReasons(): Promise<string[]>;
  /** Returns what the operator should correct, whether or not the gateway is ready. */
  warnings(): string[];
}

/**
 * Creates the readiness from its checks.
 *
 * @param checks - each returns one reason why the gateway is not ready, or `undefined`
 * @param warnings - returns what the operator should correct, by what the checks have found
 */
export function createReadiness(
  checks: readonly (() => Promise<string | undefined>)[],
  warnings: () => string[],
): Readiness {
  let isDraining = false;
  return {
    drain() {
      isDraining = true;
    },
    async notReadyReasons() {
      const reasons: (string | undefined)[] = isDraining ? ['shutting down'] : [];
      for (const check of checks) reasons.push(await check());
      return [...new Set(reasons.filter((reason) => reason !== undefined))];
    },
    warnings,
  };
}

/**
 * Creates a synchronous reading of the readiness. Each call returns the last known readiness and starts a new check in the background, which
 * may ask Clerk as `/ready` does. The result is `undefined` until the first check has ended.
 */
export function createReadinessReading(
  readiness: Pick<Readiness, 'notReadyReasons'>,
): () => boolean | undefined {
  let known: boolean | undefined;
  let isChecking = false;
  const check = async () => {
    isChecking = true;
    try {
      known = (await readiness.notReadyReasons()).length === 0;
    } finally {
      isChecking = false;
    }
  };
  return () => {
    if (!isChecking) check().catch(() => {});
    return known;
  };
}
