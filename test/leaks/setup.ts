/** In every worker, for every file of tests: a test after which a secret has come out fails. */
import { format } from 'node:util';
import { afterAll, afterEach, expect, inject } from 'vitest';
import { startWithRealGlobals } from '../support/real-globals.ts';
import { describeLeak, freshLeaks, reportLooked, startWatch, watchText } from './watch.ts';

startWithRealGlobals();
startWatch(inject('leaksFolder'), () => expect.getState().currentTestName ?? '');
watchConsole();
afterEach(expectNoLeaks);
afterAll(() => {
  reportLooked();
  expectNoLeaks();
});

function expectNoLeaks(): void {
  expect(freshLeaks().map(describeLeak), 'X06 what has come out').toEqual([]);
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
