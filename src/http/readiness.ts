/** Whether a gateway can mint tokens now, for `/ready`. */
export interface Readiness {
  /** Makes the gateway not ready from now on. */
  drain(): void;
  /** Returns the reasons why the gateway is not ready; an empty list when it is ready. */
  notReadyReasons(): Promise<string[]>;
}

/** Creates the readiness from its checks. @param checks - each returns one reason why the gateway is not ready, or `undefined` */
export function createReadiness(checks: readonly (() => Promise<string | undefined>)[]): Readiness {
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
  };
}
