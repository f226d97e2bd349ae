import { afterEach, expect, test, vi } from 'vitest';
import { listenForSighup } from '../../../src/cli/reload/sighup.ts';

const terminals = [process.stdin, process.stdout, process.stderr];
const before = terminals.map(({ isTTY }) => isTTY);
afterEach(() => {
  for (const [at, stream] of terminals.entries()) stream.isTTY = before[at] as boolean;
  process.removeAllListeners('SIGHUP');
});

function setTerminal(isTTY: boolean): void {
  for (const stream of terminals) stream.isTTY = isTTY;
}

test('a SIGHUP without a terminal calls the function that was set', () => {
  setTerminal(false);
  const onSighup = vi.fn();
  listenForSighup()(onSighup);
  process.emit('SIGHUP');
  process.emit('SIGHUP');
  expect(onSighup).toHaveBeenCalledTimes(2);
});

test('a SIGHUP before that is acted upon once the function is set', () => {
  setTerminal(false);
  const setOnSighup = listenForSighup();
  process.emit('SIGHUP');
  process.emit('SIGHUP');
  const onSighup = vi.fn();
  setOnSighup(onSighup);
  expect(onSighup).toHaveBeenCalledOnce();
});

test('with a terminal, SIGHUP keeps its meaning: the terminal has been closed', () => {
  setTerminal(false);
  process.stderr.isTTY = true;
  listenForSighup()(() => {});
  expect(process.listenerCount('SIGHUP')).toBe(0);
});
