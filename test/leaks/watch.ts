import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Leak, leaksIn } from './forbidden.ts';

/** The kind of an output. */
export type Outlet =
  | 'log line'
  | 'audit record'
  | 'figure'
  | 'answer'
  | 'answer over a socket'
  | 'line of a command'
  | 'answer of a command'
  | 'line of the console';

/** A secret in an output. */
export interface FoundLeak extends Leak {
  outlet: Outlet;
  /** The test that was running. */
  test: string;
}

/** A line that a process writes for the end of the run. */
export type Report = { found: FoundLeak } | { checked: Partial<Record<Outlet, number>> };

const state = {
  folder: undefined as string | undefined,
  test: () => '',
  checked: {} as Partial<Record<Outlet, number>>,
  newLeaks: [] as FoundLeak[],
};

/**
 * Starts to report.
 *
 * @param folder - the folder that collects the reports of the run
 * @param test - returns the name of the running test
 */
export function startWatch(folder: string, test: () => string): void {
  Object.assign(state, { folder, test });
}

/** The folder of the run, for processes that a test starts; undefined outside a run. */
export function watchFolder(): string | undefined {
  return state.folder;
}

/** Searches an output of a gateway for secrets. @param test - the test that it belongs to @default the running test */
export function watchText(outlet: Outlet, text: string, test: string = state.test()): void {
  state.checked[outlet] = (state.checked[outlet] ?? 0) + 1;
  for (const leak of leaksIn(text)) {
    const found = { ...leak, outlet, test };
    state.newLeaks.push(found);
    report({ found });
  }
}

/** Returns the secrets that were found since the last call. */
export function newLeaks(): FoundLeak[] {
  return state.newLeaks.splice(0);
}

/** Reports the number of texts that were checked since the last call. */
export function reportCounts(): void {
  report({ checked: state.checked });
  state.checked = {};
}

/** Describes a found secret. */
export function describeLeak({ what, outlet, place, test }: FoundLeak): string {
  return `${what} in a text of the kind "${outlet}", after ${JSON.stringify(place)}${test && ` (${test})`}`;
}

// Written at once, because a process may be killed at any time.
function report(line: Report): void {
  if (state.folder === undefined) return;
  appendFileSync(join(state.folder, `${process.pid}.ndjson`), `${JSON.stringify(line)}\n`);
}
