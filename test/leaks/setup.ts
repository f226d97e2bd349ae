/** Runs in every worker, before each test file: a test that outputs a secret fails. */
import { format } from 'node:util';
import { afterAll, afterEach, expect, inject } from 'vitest';
import { startWithRealGlobals } from '../support/real-globals.ts';
import { describeLeak, newLeaks, reportCounts, startWatch, watchText } from './watch.ts';

startWithRealGlobals();
startWatch(inject('leaksFolder'), () => expect.getState().currentTestName ?? '');
watchConsole();
afterEach(expectNoLeaks);
afterAll(() => {
  reportCounts();
  expectNoLeaks();
});

function expectNoLeaks(): void {
  expect(newLeaks().map(describeLeak), 'X06 secrets in the output').toEqual([]);
}

function watchConsole(): void {
  const watched = console as Console & { isWatched?: true };
  if (watched.isWatched) return;
  watched.isWatched = true;
  for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const) {
    const write = console[level].bind(console);
    console[level] = (...args: unknown[]) => {
      watchText('line of the console', format(...args));
      write(...args);
    };
  }
}
