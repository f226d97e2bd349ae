import { describe, expect, test } from 'vitest';
import { loadIoredis } from '../../src/redis/ioredis.ts';
import { logReplyError } from '../../src/redis/reply-error-log.ts';

const { ReplyError } = await loadIoredis();
const minuteMs = 60_000;
const replyError = (message: string) => Object.assign(Object.create(ReplyError.prototype), { message });
const fullMemory = replyError("OOM command not allowed when used memory > 'maxmemory'.");
const readOnly = replyError("READONLY You can't write against a read only replica.");

function start() {
  let now = 1_000_000;
  const lines: unknown[][] = [];
  const log = { info() {}, warn() {}, error: (...line: unknown[]) => void lines.push(line) };
  const state = { log, now: () => now, unavailableSince: 0, replyErrorsLoggedAt: new Map<string, number>() };
  return { state, lines, pass: (milliseconds: number) => (now += milliseconds) };
}

describe('the log of reply errors', () => {
  test('has the code and the advice, but not the message of Redis', () => {
    const { state, lines } = start();
    logReplyError(state, fullMemory);
    expect(lines).toEqual([
      [{ why: 'OOM' }, 'Redis refuses a command: its memory is full: raise its maxmemory'],
    ]);
  });

  test('has general advice for an unknown error', () => {
    const { state, lines } = start();
    logReplyError(state, replyError('ERR no such thing'));
    expect(lines).toEqual([
      [{ why: 'ERR' }, 'Redis refuses a command: check REDIS_URL, and the log of Redis'],
    ]);
  });

  test('has one line per minute for each code', () => {
    const { state, lines, pass } = start();
    logReplyError(state, fullMemory);
    pass(minuteMs - 1);
    logReplyError(state, fullMemory);
    expect(lines).toHaveLength(1);
    logReplyError(state, replyError('MISCONF Redis is configured to save RDB snapshots.'));
    expect(lines).toHaveLength(2);
    pass(1);
    logReplyError(state, fullMemory);
    expect(lines).toHaveLength(3);
  });

  test('R15 has no transient error in the first minute of an outage', () => {
    const { state, lines, pass } = start();
    state.unavailableSince = state.now();
    logReplyError(state, readOnly);
    expect(lines).toEqual([]);
    logReplyError(state, fullMemory);
    expect(lines).toHaveLength(1);
    pass(minuteMs);
    logReplyError(state, readOnly);
    expect(lines).toHaveLength(2);
  });

  test('goes on when the wall clock is set back', () => {
    const { state, lines, pass } = start();
    logReplyError(state, fullMemory);
    pass(-minuteMs);
    logReplyError(state, fullMemory);
    expect(lines).toHaveLength(2);
  });
});
