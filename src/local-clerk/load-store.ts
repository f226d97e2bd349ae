import { parseWithWarnings } from './data/parse-data.ts';
import { buildStore, type Store } from './store/store.ts';

/**
 * Parses data and builds a store, with the warnings of both steps.
 *
 * @param now - milliseconds since the epoch
 * @param previous - the store to replace; its generated keys are reused
 * @throws Error for invalid data
 */
export function loadStore(data: unknown, now: number, previous?: Store): Store {
  // A copy, because later changes of the caller's objects would not be checked.
  const { data: parsed, warnings } = parseWithWarnings(structuredClone(data));
  const store = buildStore(parsed, now, previous);
  return { ...store, warnings: [...warnings, ...store.warnings] };
}
