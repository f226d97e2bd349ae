import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Leak, leaksIn } from './forbidden.ts';

/** Where a text came out. */
export type Outlet =
  | 'log line'
  | 'audit record'
  | 'figure'
  | 'answer'
  | 'answer over a socket'
  | 'line of a command'
  | 'answer of a command'
  | 'line of the console';

/** A secret that came out. */
export interface FoundLeak extends Leak {
  outlet: Outlet;
  /** The test that was running. */
  test: string;
}

/** What a process tells the end of the run, one line each. */
export type Report = { found: FoundLeak } | { looked: Partial<Record<Outlet, number>> };

const state = {
  folder: undefined as string | undefined,
  test: () => '',
  looked: {} as Partial<Record<Outlet, number>>,
  fresh: [] as FoundLeak[],
};

/**
 * Begins to report.
 *
 * @param folder - where the run collects
 * @param test - names the test that is running
 */
export function startWatch(folder: string, test: () => string): void {
  Object.assign(state, { folder, test });
}

/** The folder of the run, for processes that a test starts; undefined outside a run. */
export function watchFolder(): string | undefined {
  return state.folder;
}

/** Looks for secrets in a text that has come out of a gateway. @param test - whose it is @default the one that is running */
export function watchText(outlet: Outlet, text: string, test: string = state.test()): void {
  state.looked[outlet] = (state.looked[outlet] ?? 0) + 1;
  for (const leak of leaksIn(text)) {
    const found = { ...leak, outlet, test };
    state.fresh.push(found);
    report({ found });
  }
}

/** The secrets that were found since this was asked last. */
export function freshLeaks(): FoundLeak[] {
  return state.fresh.splice(0);
}

/** Tells how much was looked at since this was called last. */
export function reportLooked(): void {
  report({ looked: state.looked });
  state.looked = {};
}

/** A finding, in words. */
export function describeLeak({ what, outlet, place, test }: FoundLeak): string {
  return `${what} in a text of the kind "${outlet}", after ${JSON.stringify(place)}${test && ` (${test})`}`;
}

// At once: a process may be killed at any time.
function report(line: Report): void {
  if (state.folder === undefined) return;
  appendFileSync(join(state.folder, `${process.pid}.ndjson`), `${JSON.stringify(line)}\n`);
}
