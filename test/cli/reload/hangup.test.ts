import { afterEach, expect, test, vi } from 'vitest';
import { listenForHangup } from '../../../src/cli/reload/hangup.ts';

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
  const onHangup = vi.fn();
  listenForHangup()(onHangup);
  process.emit('SIGHUP');
  process.emit('SIGHUP');
  expect(onHangup).toHaveBeenCalledTimes(2);
});

test('a SIGHUP before that is acted upon once the function is set', () => {
  setTerminal(false);
  const setHangup = listenForHangup();
  process.emit('SIGHUP');
  process.emit('SIGHUP');
  const onHangup = vi.fn();
  setHangup(onHangup);
  expect(onHangup).toHaveBeenCalledOnce();
});

test('with a terminal, SIGHUP keeps its meaning: the terminal has been closed', () => {
  setTerminal(false);
  process.stderr.isTTY = true;
  listenForHangup()(() => {});
  expect(process.listenerCount('SIGHUP')).toBe(0);
});
